package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;

/** In which form a client wants objects. */
enum Representation {
  /** As they are. */
  OBJECT("application/json"),
  TABLE("application/json;as=Table;v=v1;g=meta.k8s.io"),
  TABLE_V1BETA1("application/json;as=Table;v=v1beta1;g=meta.k8s.io"),
  /** Only metadata: {@code PartialObjectMetadata} or a list of them. */
  METADATA("application/json");

  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  private final String contentType;

  Representation(String contentType) {
    this.contentType = contentType;
  }

  /** Clients read the form from the body, so all of them are sent as plain JSON. */
  String contentType() {
    return Answer.JSON;
  }

  boolean table() {
    return this == TABLE || this == TABLE_V1BETA1;
  }

  String tableVersion() {
    return this == TABLE_V1BETA1 ? "meta.k8s.io/v1beta1" : "meta.k8s.io/v1";
  }

  /** Whether the form is {@link #OBJECT}, for all that a glance tells. */
  static boolean plain(String accept) {
    return !accept.contains("as=") && !accept.contains("yaml");
  }

  /**
   * The first acceptable one. Go clients name protobuf before JSON and read either by its content
   * type, so protobuf alone counts as JSON too.
   */
  static Representation choose(String accept) {
    List<MediaType> ranges = MediaType.accepted(accept);
    if (ranges.isEmpty() && accept.isBlank()) {
      return OBJECT;
    }
    for (MediaType range : ranges) {
      if (range.includesJson()) {
        switch (range.parameter("as")) {
          case "" -> {
            return OBJECT;
          }
          case "Table" -> {
            switch (range.parameter("v")) {
              case "", "v1" -> {
                return TABLE;
              }
              case "v1beta1" -> {
                return TABLE_V1BETA1;
              }
              default -> {}
            }
          }
          case "PartialObjectMetadata", "PartialObjectMetadataList" -> {
            return METADATA;
          }
          default -> {}
        }
      }
    }
    if (ranges.stream().anyMatch(range -> range.name().equals(PROTOBUF))) {
      return OBJECT;
    }
    throw new Refusal(
        Reason.NOT_ACCEPTABLE,
        "only the following media types are accepted: "
            + OBJECT.contentType
            + ", "
            + TABLE.contentType
            + ", application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
  }
}
