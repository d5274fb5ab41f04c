package cairn.appliance.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Which form of discovery a client gets. Clients tell the aggregated form by the parameters of the
 * response's content type, not by the body; old ones know v2beta1 only, so each gets what it names
 * first.
 */
final class Discovery {

  private static final List<String> VERSIONS = List.of("v2", "v2beta1");

  private Discovery() {}

  static Answer core(KindDocuments documents, Request request) {
    return answer(documents, request, true);
  }

  static Answer groups(KindDocuments documents, Request request) {
    return answer(documents, request, false);
  }

  private static Answer answer(KindDocuments documents, Request request, boolean core) {
    for (MediaType range : MediaType.accepted(request.headers().accept())) {
      if (!range.includesJson()) {
        continue;
      }
      if (range.parameter("as").isEmpty()) {
        break;
      }
      String version = range.parameter("v");
      if (range.parameter("as").equals("APIGroupDiscoveryList")
          && range.parameter("g").equals("apidiscovery.k8s.io")
          && VERSIONS.contains(version)) {
        return tagged(
            request,
            "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
            documents.aggregated(core, version));
      }
    }
    return tagged(request, Answer.JSON, core ? documents.coreVersions() : documents.groups());
  }

  /** With a tag, so that a client that holds the same bytes is told so instead of sent them. */
  static Answer tagged(Request request, String contentType, byte[] body) {
    String tag = '"' + hash(body) + '"';
    boolean held =
        Arrays.stream(request.headers().ifNoneMatch().split(",", -1))
            .map(String::strip)
            .anyMatch(tag::equals);
    return new Answer.Whole(held ? 304 : 200, contentType, held ? new byte[0] : body)
        .with("ETag", tag)
        .with("Vary", "Accept")
        .with("Cache-Control", "public");
  }

  private static String hash(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
