package cairn.network.dhcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork.Reservation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhcpFilesTest {

  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final Ipv4Address ADDRESS = Ipv4Address.parse("10.66.10.77");
  private static final String ROW = "1700000000 52:54:00:00:00:01 10.66.10.77 one 01:52:54\n";

  @TempDir Path directory;

  @Test
  void reservationIsOneLineInAFileOfItsOwn() throws IOException {
    ReservationFiles files = new ReservationFiles(directory, "24h");

    files.put(new Reservation(MAC, ADDRESS, "one"));

    assertEquals(
        "52:54:00:00:00:01,10.66.10.77,one.,24h\n",
        Files.readString(directory.resolve("52-54-00-00-00-01")));
    assertEquals(List.of(new Reservation(MAC, ADDRESS, "one")), files.all());
    assertTrue(files.delete(MAC));
    assertFalse(files.delete(MAC));
    assertEquals(List.of(), files.all());
  }

  @Test
  void filesThatAreNotOursAreNoReservations() throws IOException {
    ReservationFiles files = new ReservationFiles(directory, "24h");
    Files.writeString(directory.resolve("52-54-00-00-00-01"), "");
    Files.writeString(directory.resolve("abc"), "not,a,reservation,x\n");
    Files.writeString(directory.resolve(".52-54-00-00-00-02"), "52:54:00:00:00:02,10.66.10.5,a,1h");

    assertEquals(List.of(), files.all());
    assertEquals(List.of(), new ReservationFiles(directory.resolve("none"), "1h").all());
  }

  @Test
  void leasesAreReadPastWhatIsNone() {
    assertEquals(
        List.of(new Lease(MAC, ADDRESS, ROW.strip())),
        Lease.parse("duid 00:01:00:01\n" + ROW + "170000 52:54:00:00:00"));
  }

  @Test
  void unwantedRowsAreDroppedAndTheRestKept() throws IOException {
    Path file = directory.resolve("leases");
    String other = "1700000000 52:54:00:00:00:02 10.66.10.78 * *\n";
    Files.writeString(file, "duid 00:01\n" + ROW + other);
    LeaseFile leases = new LeaseFile(file);

    leases.remove(lease -> lease.mac().equals(MAC));

    assertEquals("duid 00:01\n" + other, Files.readString(file));
    assertEquals(Optional.empty(), leases.of(MAC));
    assertTrue(leases.at(Ipv4Address.parse("10.66.10.78")).isPresent());
  }

  @Test
  void changeOfTheLeasesIsTold() throws Exception {
    BlockingQueue<MacAddress> told = new LinkedBlockingQueue<>();
    Path file = directory.resolve("leases");
    try (LeaseWatch watch = new LeaseWatch(new LeaseFile(file), told::add)) {
      Files.writeString(file, ROW);
      assertEquals(MAC, told.poll(20, TimeUnit.SECONDS));
      Files.writeString(file, ROW + "1700000000 52:54:00:00:00:02 10.66.10.78 * *\n");
      assertEquals(new MacAddress("52:54:00:00:00:02"), told.poll(20, TimeUnit.SECONDS));
      Files.writeString(file, "");
      assertTrue(told.poll(20, TimeUnit.SECONDS) != null && watch != null);
    }
  }

  @Test
  void commandLineIsTheWholeConfiguration() {
    List<String> arguments =
        DnsmasqArguments.of(
            "cbabcd00000000",
            Ipv4Range.parse("10.66.10.0/24"),
            new DhcpFiles(Path.of("/state")),
            false);

    assertTrue(arguments.contains("--conf-file=/dev/null"));
    assertTrue(arguments.contains("--dhcp-range=10.66.10.0,static,255.255.255.0,24h"));
    assertTrue(arguments.contains("--dhcp-ignore=tag:!known"));
    assertTrue(arguments.contains("--dhcp-hostsdir=/state/hosts"));
    assertTrue(arguments.contains("--dhcp-lease-max=256"));
    assertFalse(arguments.contains("--user=root"));
  }
}
