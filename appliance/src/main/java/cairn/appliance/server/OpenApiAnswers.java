package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;
import java.util.Optional;

/** OpenAPI: version 2 in one document, version 3 as an index and a document for each group. */
final class OpenApiAnswers {

  private static final String PROTOBUF =
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

  private static final String ROOT = "/openapi/v3/";

  private final KindDocuments documents;

  OpenApiAnswers(KindDocuments documents) {
    this.documents = documents;
  }

  /**
   * @param rest of the path, below {@code openapi}
   */
  Optional<Answer> answer(Request request, String rest) {
    if (rest.equals("v2")) {
      return Optional.of(versionTwo(request));
    }
    if (rest.equals("v3")) {
      return Optional.of(Discovery.tagged(request, Answer.JSON, documents.openApiIndex()));
    }
    if (!rest.startsWith("v3/")) {
      return Optional.empty();
    }
    String path = rest.substring("v3/".length());
    return documents.openApi(path).map(bytes -> versionThree(request, path, bytes));
  }

  /**
   * Version 2 is asked in protobuf by kubectl up to 1.28 before each write; no bytes at all are a
   * valid empty document, and with version 3 beside it that is enough.
   */
  private Answer versionTwo(Request request) {
    List<MediaType> ranges = MediaType.accepted(request.headers().accept());
    for (MediaType range : ranges) {
      if (range.name().endsWith("+protobuf")) {
        return new Answer.Whole(200, PROTOBUF, new byte[0]);
      }
      if (range.includesJson()) {
        return json(request);
      }
    }
    if (!ranges.isEmpty()) {
      throw new Refusal(
          Reason.NOT_ACCEPTABLE,
          "only the following media types are accepted: application/json, " + PROTOBUF);
    }
    return json(request);
  }

  private Answer json(Request request) {
    return Discovery.tagged(request, Answer.JSON, documents.openApiVersionTwo());
  }

  /** Who asks for a document by a hash that it no longer has is told the present one. */
  private static Answer versionThree(Request request, String path, byte[] bytes) {
    String asked = request.parameter("hash");
    String hash = Discovery.hash(bytes);
    return asked.isEmpty() || asked.equals(hash)
        ? Discovery.tagged(request, Answer.JSON, bytes)
        : new Answer.Whole(301, Answer.JSON, new byte[0])
            .with("Location", ROOT + path + "?hash=" + hash);
  }
}
