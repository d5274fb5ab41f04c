package cairn.appliance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, queries, media types and warnings: what stands in a request's and answer's head. */
final class RequestReadingTest {

  @Test
  void pathsAreDecodedBySegment() {
    RequestTarget target = RequestTarget.parse("/a%2Fb/c+d/?x=1+2&x=%2B&y&z=a=b");

    assertEquals(List.of("a/b", "c+d"), target.path());
    assertEquals(
        Map.of("x", List.of("1 2", "+"), "y", List.of(""), "z", List.of("a=b")), target.query());
    assertEquals(List.of("api"), RequestTarget.parse("https://host:1/api").path());
    assertEquals(List.of(), RequestTarget.parse("/").path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a%zz", "/a%", "/a?b=%4", "/a?%-1=b"})
  void aPercentSignThatBeginsNothingIsRefused(String target) {
    Refusal refusal = assertThrows(Refusal.class, () -> RequestTarget.parse(target));

    assertEquals(Reason.BAD_REQUEST, refusal.reason());
    assertTrue(String.valueOf(refusal.getMessage()).contains("%25"), refusal.toString());
  }

  @Test
  void pathsOfObjectsAreTakenApart() {
    assertEquals(
        Optional.of(new ObjectPath("", "v1", "ns", "secrets", "s", "")),
        path("/api/v1/namespaces/ns/secrets/s"));
    assertEquals(
        Optional.of(new ObjectPath("g.io", "v1", "ns", "vms", "v", "status")),
        path("/apis/g.io/v1/namespaces/ns/vms/v/status"));
    assertEquals(
        Optional.of(new ObjectPath("", "v1", "", "namespaces", "ns", "")),
        path("/api/v1/namespaces/ns"));
    assertEquals(
        Optional.of(new ObjectPath("", "v1", "", "namespaces", "ns", "status")),
        path("/api/v1/namespaces/ns/status"));
    assertEquals(
        Optional.of(new ObjectPath("g.io", "v1", "", "classes", "", "")),
        path("/apis/g.io/v1/classes"));
    assertEquals(Optional.empty(), path("/apis/g.io//classes"));
    assertEquals(Optional.empty(), path("/other/v1/x"));
  }

  @Test
  void theFirstAcceptableFormIsChosen() {
    String kubectl =
        "application/json;as=Table;v=v1;g=meta.k8s.io,"
            + "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
    assertEquals(Representation.TABLE, Representation.choose(kubectl));
    assertEquals(
        Representation.TABLE_V1BETA1,
        Representation.choose("application/json;as=Table;v=v1beta1;g=meta.k8s.io"));
    assertEquals(
        Representation.OBJECT,
        Representation.choose("application/json;as=Table;v=v9, application/json"));
    assertEquals(
        Representation.METADATA,
        Representation.choose("application/json;as=PartialObjectMetadataList;v=v1"));
    assertEquals(
        Representation.OBJECT,
        Representation.choose("application/vnd.kubernetes.protobuf,application/json"));
    assertEquals(
        Representation.OBJECT, Representation.choose("application/vnd.kubernetes.protobuf"));
    assertEquals(Representation.OBJECT, Representation.choose(""));
    assertEquals(Representation.OBJECT, Representation.choose("text/html, */*;q=0.1"));
    assertThrows(Refusal.class, () -> Representation.choose("text/html"));
    assertThrows(Refusal.class, () -> Representation.choose("application/json;q=0"));
  }

  @Test
  void warningsCannotEndTheHeader() {
    assertEquals("299 - \"say \\\"a\\\\b\\\"  x\"", Warnings.header("say \"a\\b\"\r\nx"));
  }

  @Test
  void aTokenAmongTheSubprotocolsIsNeverChosen() {
    List<String> offered =
        Subprotocols.offered(
            "base64url.bearer.authorization.k8s.io.c2VjcmV0, base64.binary.k8s.io");

    assertEquals(List.of("base64.binary.k8s.io"), offered);
    assertEquals(Optional.of("base64.binary.k8s.io"), Subprotocols.forEvents(offered));
    assertEquals(Optional.empty(), Subprotocols.forBytes(List.of()));
    assertThrows(Refusal.class, () -> Subprotocols.forBytes(List.of("v4.channel.k8s.io")));
  }

  private static Optional<ObjectPath> path(String target) {
    return ObjectPath.parse(RequestTarget.parse(target).path());
  }
}
