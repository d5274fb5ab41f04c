package cairn.appliance.server;

import cairn.appliance.schema.DiscoveryDocuments.Aggregated;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which form of discovery a client gets. Clients tell the aggregated form by the parameters of the
 * response's content type, not by the body; old ones know v2beta1 only, so each gets what it names
 * first.
 */
final class Discovery {

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
      Optional<Aggregated> form = form(range);
      if (form.isPresent()) {
        return tagged(request, form.get().contentType(), documents.aggregated(core, form.get()));
      }
    }
    return tagged(request, Answer.JSON, core ? documents.coreVersions() : documents.groups());
  }

  private static Optional<Aggregated> form(MediaType range) {
    if (!range.parameter("as").equals("APIGroupDiscoveryList")
        || !range.parameter("g").equals("apidiscovery.k8s.io")) {
      return Optional.empty();
    }
    return switch (range.parameter("v")) {
      case "v2" -> Optional.of(Aggregated.V2);
      case "v2beta1" -> Optional.of(Aggregated.V2BETA1);
      default -> Optional.empty();
    };
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

  static String hash(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
