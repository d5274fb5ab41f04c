package cairn.appliance.server;

import java.util.Map;
import java.util.Optional;

/**
 * Numbers and names of the fields of the messages that clients send as protobuf. Source: the {@code
 * generated.proto} files of Kubernetes' {@code api} and {@code apimachinery}, 1.32.
 */
final class ProtobufFields {

  private ProtobufFields() {}

  /** How a field stands on the wire and in JSON. */
  enum Form {
    TEXT(WireReader.LENGTH),
    TEXTS(WireReader.LENGTH),
    FLAG(WireReader.VARINT),
    NUMBER(WireReader.VARINT),
    TIME(WireReader.LENGTH),
    MICRO_TIME(WireReader.LENGTH),
    MESSAGE(WireReader.LENGTH),
    MESSAGES(WireReader.LENGTH),
    TEXT_BY_KEY(WireReader.LENGTH),
    BYTES_BY_KEY(WireReader.LENGTH);

    private final int wireType;

    Form(int wireType) {
      this.wireType = wireType;
    }

    int wireType() {
      return wireType;
    }
  }

  /**
   * @param fields of a message; empty for the other forms
   */
  record Field(String name, Form form, Map<Integer, Field> fields) {}

  static final Map<Integer, Field> TYPE_META =
      Map.of(1, field("apiVersion", Form.TEXT), 2, field("kind", Form.TEXT));

  private static final Map<Integer, Field> OWNER_REFERENCE =
      Map.of(
          1, field("kind", Form.TEXT),
          3, field("name", Form.TEXT),
          4, field("uid", Form.TEXT),
          5, field("apiVersion", Form.TEXT),
          6, field("controller", Form.FLAG),
          7, field("blockOwnerDeletion", Form.FLAG));

  private static final Map<Integer, Field> OBJECT_META =
      Map.ofEntries(
          Map.entry(1, field("name", Form.TEXT)),
          Map.entry(2, field("generateName", Form.TEXT)),
          Map.entry(3, field("namespace", Form.TEXT)),
          Map.entry(5, field("uid", Form.TEXT)),
          Map.entry(6, field("resourceVersion", Form.TEXT)),
          Map.entry(8, field("creationTimestamp", Form.TIME)),
          Map.entry(9, field("deletionTimestamp", Form.TIME)),
          Map.entry(10, field("deletionGracePeriodSeconds", Form.NUMBER)),
          Map.entry(11, field("labels", Form.TEXT_BY_KEY)),
          Map.entry(12, field("annotations", Form.TEXT_BY_KEY)),
          Map.entry(13, message("ownerReferences", Form.MESSAGES, OWNER_REFERENCE)),
          Map.entry(14, field("finalizers", Form.TEXTS)));

  private static final Field METADATA = message("metadata", Form.MESSAGE, OBJECT_META);

  private static final Map<Integer, Field> NAMESPACE =
      Map.of(
          1,
          METADATA,
          2,
          message("spec", Form.MESSAGE, Map.of(1, field("finalizers", Form.TEXTS))));

  private static final Map<Integer, Field> SECRET =
      Map.of(
          1, METADATA,
          2, field("data", Form.BYTES_BY_KEY),
          3, field("type", Form.TEXT),
          4, field("stringData", Form.TEXT_BY_KEY),
          5, field("immutable", Form.FLAG));

  private static final Map<Integer, Field> CONFIG_MAP =
      Map.of(
          1, METADATA,
          2, field("data", Form.TEXT_BY_KEY),
          3, field("binaryData", Form.BYTES_BY_KEY),
          4, field("immutable", Form.FLAG));

  private static final Map<Integer, Field> OBJECT_REFERENCE =
      Map.of(
          1, field("kind", Form.TEXT),
          2, field("namespace", Form.TEXT),
          3, field("name", Form.TEXT),
          4, field("uid", Form.TEXT),
          5, field("apiVersion", Form.TEXT),
          6, field("resourceVersion", Form.TEXT),
          7, field("fieldPath", Form.TEXT));

  private static final Map<Integer, Field> SERVICE_ACCOUNT =
      Map.of(
          1, METADATA,
          2, message("secrets", Form.MESSAGES, OBJECT_REFERENCE),
          3, message("imagePullSecrets", Form.MESSAGES, Map.of(1, field("name", Form.TEXT))),
          4, field("automountServiceAccountToken", Form.FLAG));

  private static final Map<Integer, Field> EVENT_SOURCE =
      Map.of(1, field("component", Form.TEXT), 2, field("host", Form.TEXT));

  private static final Field EVENT_SERIES =
      message(
          "series",
          Form.MESSAGE,
          Map.of(1, field("count", Form.NUMBER), 2, field("lastObservedTime", Form.MICRO_TIME)));

  private static final Map<Integer, Field> EVENT =
      Map.ofEntries(
          Map.entry(1, METADATA),
          Map.entry(2, message("involvedObject", Form.MESSAGE, OBJECT_REFERENCE)),
          Map.entry(3, field("reason", Form.TEXT)),
          Map.entry(4, field("message", Form.TEXT)),
          Map.entry(5, message("source", Form.MESSAGE, EVENT_SOURCE)),
          Map.entry(6, field("firstTimestamp", Form.TIME)),
          Map.entry(7, field("lastTimestamp", Form.TIME)),
          Map.entry(8, field("count", Form.NUMBER)),
          Map.entry(9, field("type", Form.TEXT)),
          Map.entry(10, field("eventTime", Form.MICRO_TIME)),
          Map.entry(11, EVENT_SERIES),
          Map.entry(12, field("action", Form.TEXT)),
          Map.entry(13, message("related", Form.MESSAGE, OBJECT_REFERENCE)),
          Map.entry(14, field("reportingComponent", Form.TEXT)),
          Map.entry(15, field("reportingInstance", Form.TEXT)));

  private static final Map<Integer, Field> NEW_EVENT =
      Map.ofEntries(
          Map.entry(1, METADATA),
          Map.entry(2, field("eventTime", Form.MICRO_TIME)),
          Map.entry(3, EVENT_SERIES),
          Map.entry(4, field("reportingController", Form.TEXT)),
          Map.entry(5, field("reportingInstance", Form.TEXT)),
          Map.entry(6, field("action", Form.TEXT)),
          Map.entry(7, field("reason", Form.TEXT)),
          Map.entry(8, message("regarding", Form.MESSAGE, OBJECT_REFERENCE)),
          Map.entry(9, message("related", Form.MESSAGE, OBJECT_REFERENCE)),
          Map.entry(10, field("note", Form.TEXT)),
          Map.entry(11, field("type", Form.TEXT)),
          Map.entry(12, message("deprecatedSource", Form.MESSAGE, EVENT_SOURCE)),
          Map.entry(13, field("deprecatedFirstTimestamp", Form.TIME)),
          Map.entry(14, field("deprecatedLastTimestamp", Form.TIME)),
          Map.entry(15, field("deprecatedCount", Form.NUMBER)));

  private static final Map<Integer, Field> LEASE =
      Map.of(
          1,
          METADATA,
          2,
          message(
              "spec",
              Form.MESSAGE,
              Map.of(
                  1, field("holderIdentity", Form.TEXT),
                  2, field("leaseDurationSeconds", Form.NUMBER),
                  3, field("acquireTime", Form.MICRO_TIME),
                  4, field("renewTime", Form.MICRO_TIME),
                  5, field("leaseTransitions", Form.NUMBER),
                  6, field("strategy", Form.TEXT),
                  7, field("preferredHolder", Form.TEXT))));

  private static final Field RESOURCE_ATTRIBUTES =
      message(
          "resourceAttributes",
          Form.MESSAGE,
          Map.of(
              1, field("namespace", Form.TEXT),
              2, field("verb", Form.TEXT),
              3, field("group", Form.TEXT),
              4, field("version", Form.TEXT),
              5, field("resource", Form.TEXT),
              6, field("subresource", Form.TEXT),
              7, field("name", Form.TEXT)));

  private static final Field PATH_ATTRIBUTES =
      message(
          "nonResourceAttributes",
          Form.MESSAGE,
          Map.of(1, field("path", Form.TEXT), 2, field("verb", Form.TEXT)));

  private static final Map<Integer, Field> SELF_SUBJECT_ACCESS_REVIEW =
      review(Map.of(1, RESOURCE_ATTRIBUTES, 2, PATH_ATTRIBUTES));

  private static final Map<Integer, Field> SUBJECT_ACCESS_REVIEW =
      review(
          Map.of(
              1, RESOURCE_ATTRIBUTES,
              2, PATH_ATTRIBUTES,
              3, field("user", Form.TEXT),
              4, field("groups", Form.TEXTS),
              6, field("uid", Form.TEXT)));

  private static final Map<Integer, Field> SELF_SUBJECT_RULES_REVIEW =
      review(Map.of(1, field("namespace", Form.TEXT)));

  private static final Map<Integer, Field> SELF_SUBJECT_REVIEW = Map.of(1, METADATA);

  private static final Map<Integer, Field> DELETE_OPTIONS =
      Map.of(
          1,
          field("gracePeriodSeconds", Form.NUMBER),
          2,
          message(
              "preconditions",
              Form.MESSAGE,
              Map.of(1, field("uid", Form.TEXT), 2, field("resourceVersion", Form.TEXT))),
          3,
          field("orphanDependents", Form.FLAG),
          4,
          field("propagationPolicy", Form.TEXT),
          5,
          field("dryRun", Form.TEXTS));

  /** The fields of a message; empty for one that is not read. */
  static Optional<Map<Integer, Field>> of(String apiVersion, String kind) {
    return switch (kind) {
      // Clients send it under the version of the kind they delete.
      case "DeleteOptions" -> Optional.of(DELETE_OPTIONS);
      case "Namespace" -> core(apiVersion, NAMESPACE);
      case "Secret" -> core(apiVersion, SECRET);
      case "ConfigMap" -> core(apiVersion, CONFIG_MAP);
      case "ServiceAccount" -> core(apiVersion, SERVICE_ACCOUNT);
      case "Event" ->
          core(apiVersion, EVENT).or(() -> in("events.k8s.io/v1", apiVersion, NEW_EVENT));
      case "Lease" -> in("coordination.k8s.io/v1", apiVersion, LEASE);
      case "SelfSubjectAccessReview" ->
          in("authorization.k8s.io/v1", apiVersion, SELF_SUBJECT_ACCESS_REVIEW);
      case "SelfSubjectRulesReview" ->
          in("authorization.k8s.io/v1", apiVersion, SELF_SUBJECT_RULES_REVIEW);
      case "SubjectAccessReview", "LocalSubjectAccessReview" ->
          in("authorization.k8s.io/v1", apiVersion, SUBJECT_ACCESS_REVIEW);
      case "SelfSubjectReview" ->
          apiVersion.startsWith("authentication.k8s.io/")
              ? Optional.of(SELF_SUBJECT_REVIEW)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Map<Integer, Field>> core(String apiVersion, Map<Integer, Field> fields) {
    return in("v1", apiVersion, fields);
  }

  private static Optional<Map<Integer, Field>> in(
      String only, String apiVersion, Map<Integer, Field> fields) {
    return apiVersion.equals(only) ? Optional.of(fields) : Optional.empty();
  }

  private static Map<Integer, Field> review(Map<Integer, Field> spec) {
    return Map.of(1, METADATA, 2, message("spec", Form.MESSAGE, spec));
  }

  private static Field field(String name, Form form) {
    return new Field(name, form, Map.of());
  }

  private static Field message(String name, Form form, Map<Integer, Field> fields) {
    return new Field(name, form, fields);
  }
}
