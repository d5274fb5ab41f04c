package cairn.network.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.network.MacAddress;
import cairn.network.NetworkFault;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinkScriptTest {

  private static final Bridge WANTED =
      new Bridge("cb0", new MacAddress("02:ca:00:00:00:01"), "10.66.10.1/24", "cairn/x");
  private static final Link RIGHT =
      new Link(
          2,
          "cb0",
          "bridge",
          "",
          true,
          1500,
          "02:ca:00:00:00:01",
          Set.of("10.66.10.1/24"),
          "cairn/x",
          false,
          0);
  private static final Link TAP =
      new Link(3, "ct0", "tun", "cb0", true, 1500, "66:00:00:00:00:01", Set.of(), "", false, 0);

  private final LinkScript script = new LinkScript(true);

  private static Links links(Link... links) {
    return new Links(
        Arrays.stream(links).collect(Collectors.toMap(Link::name, Function.identity())));
  }

  @Test
  void whatIsRightIsLeftAlone() {
    assertEquals(List.of(), script.mend(WANTED, List.of("ct0"), links(RIGHT, TAP)));
    assertEquals(List.of(), script.plug("ct0", "cb0", links(RIGHT, TAP)));
  }

  @Test
  void missingBridgeIsMadeAndKeepsItsTaps() {
    Link loose =
        new Link(3, "ct0", "tun", "", false, 1500, "66:00:00:00:00:01", Set.of(), "", false, 0);

    assertEquals(
        List.of(
            "link add name cb0 address 02:ca:00:00:00:01 mtu 1500 type bridge stp_state 0 forward_delay 0",
            "link set dev cb0 addrgenmode none",
            "link set dev cb0 alias cairn/x",
            "addr add 10.66.10.1/24 brd + dev cb0",
            "link set dev cb0 up",
            "link set dev ct0 master cb0",
            "link set dev ct0 up"),
        script.mend(WANTED, List.of("ct0", "ctgone"), links(loose)));
  }

  @Test
  void eachDriftIsMendedByItself() {
    Link drifted =
        new Link(
            2,
            "cb0",
            "bridge",
            "",
            false,
            1500,
            "02:00:00:00:00:99",
            Set.of("10.9.9.1/24"),
            "",
            true,
            1500);

    assertEquals(
        List.of(
            "link set dev cb0 type bridge stp_state 0 forward_delay 0",
            "link set dev cb0 address 02:ca:00:00:00:01",
            "link set dev cb0 alias cairn/x",
            "addr delete 10.9.9.1/24 dev cb0",
            "addr add 10.66.10.1/24 brd + dev cb0",
            "link set dev cb0 up"),
        script.mend(WANTED, List.of(), links(drifted)));
  }

  @Test
  void nameHeldByAnotherKindIsAFault() {
    Link dummy = new Link(2, "cb0", "dummy", "", true, 1500, "", Set.of(), "", false, 0);

    NetworkFault fault =
        assertThrows(NetworkFault.class, () -> script.mend(WANTED, List.of(), links(dummy)));

    assertEquals("NameTaken", fault.reason());
  }

  @Test
  void kernelWithoutIpv6IsNotAskedAboutIt() {
    assertEquals(
        List.of(
            "tuntap add dev ct0 mode tap vnet_hdr",
            "link set dev ct0 mtu 1500 master cb0",
            "link set dev ct0 up"),
        new LinkScript(false).plug("ct0", "cb0", links(RIGHT)));
  }

  @Test
  void onlyWhatExistsIsDeleted() {
    assertEquals(
        List.of("link delete dev ct0"), script.delete(List.of("ct0", "ctgone"), links(TAP)));
    assertEquals(List.of(), script.unplug("ctgone", links(TAP)));
  }

  @Test
  void devicesAreReadAsIpPrintsThem() {
    Links read =
        Links.parse(
            """
            [{},{"ifindex":2,"ifname":"cb0","flags":["BROADCAST","UP"],"mtu":1500,
              "address":"02:ca:00:00:00:01","ifalias":"cairn/x",
              "linkinfo":{"info_kind":"bridge","info_data":{"forward_delay":0,"stp_state":0}},
              "addr_info":[{"family":"inet","local":"10.66.10.1","prefixlen":24},
                           {"family":"inet6","local":"fe80::1","prefixlen":64}]},
             {"ifindex":3,"ifname":"ct0","flags":["UP"],"mtu":1500,"master":"cb0",
              "address":"66:00:00:00:00:01","linkinfo":{"info_kind":"tun","info_data":{"type":"tap"}},
              "addr_info":[]}]
            """);

    assertEquals(Map.of("cb0", RIGHT, "ct0", TAP), read.byName());
    assertEquals(List.of(TAP), read.portsOf("cb0"));
  }
}
