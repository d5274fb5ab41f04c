package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;
import java.util.Optional;

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

  /**
   * What a client takes.
   *
   * @param yaml whether it is written as YAML instead of JSON
   */
  record Accepted(Representation representation, boolean yaml) {}

  boolean table() {
    return this == TABLE || this == TABLE_V1BETA1;
  }

  String tableVersion() {
    return this == TABLE_V1BETA1 ? "meta.k8s.io/v1beta1" : "meta.k8s.io/v1";
  }

  /** Whether the form is {@link #OBJECT}, as JSON, for all that a glance tells. */
  static boolean plain(String accept) {
    return !accept.contains("as=") && !accept.contains("yaml");
  }

  /** The first acceptable one. */
  static Representation choose(String accept) {
    return accepted(accept).orElseThrow(Representation::notAcceptable).representation();
  }

  /** The same for a stream, which has no form in YAML. */
  static Representation chooseForStream(String accept) {
    return accepted(
            MediaType.accepted(accept).stream().filter(range -> !range.isYaml()).toList(),
            accept.isBlank())
        .orElseThrow(Representation::notAcceptable)
        .representation();
  }

  /** Whether the client takes YAML before JSON. */
  static boolean asYaml(String accept) {
    return accept.contains("yaml") && accepted(accept).map(Accepted::yaml).orElse(false);
  }

  private static Optional<Accepted> accepted(String accept) {
    return accepted(MediaType.accepted(accept), accept.isBlank());
  }

  /**
   * Go clients name protobuf before JSON and read either by its content type, so protobuf alone
   * counts as JSON too.
   */
  private static Optional<Accepted> accepted(List<MediaType> ranges, boolean anything) {
    if (anything) {
      return Optional.of(new Accepted(OBJECT, false));
    }
    for (MediaType range : ranges) {
      if (range.includesJson() || range.isYaml()) {
        Optional<Accepted> found = as(range).map(form -> new Accepted(form, range.isYaml()));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return ranges.stream().anyMatch(range -> range.name().equals(PROTOBUF))
        ? Optional.of(new Accepted(OBJECT, false))
        : Optional.empty();
  }

  private static Optional<Representation> as(MediaType range) {
    return switch (range.parameter("as")) {
      case "" -> Optional.of(OBJECT);
      case "Table" ->
          switch (range.parameter("v")) {
            case "", "v1" -> Optional.of(TABLE);
            case "v1beta1" -> Optional.of(TABLE_V1BETA1);
            default -> Optional.empty();
          };
      case "PartialObjectMetadata", "PartialObjectMetadataList" -> Optional.of(METADATA);
      default -> Optional.empty();
    };
  }

  private static Refusal notAcceptable() {
    return new Refusal(
        Reason.NOT_ACCEPTABLE,
        "only the following media types are accepted: "
            + OBJECT.contentType
            + ", application/yaml, "
            + TABLE.contentType
            + ", application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
  }
}
