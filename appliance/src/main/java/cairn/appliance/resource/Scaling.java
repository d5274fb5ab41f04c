package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.Refusal.Subject;
import cairn.appliance.schema.Kind;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object as {@code autoscaling/v1} sees it: how many replicas are wanted and there. Where those
 * numbers stand in a kind's documents, its schema says. Pure.
 */
public final class Scaling {

  private static final String API_VERSION = "autoscaling/v1";
  private static final String KIND = "Scale";
  private static final JsonPointer REPLICAS = JsonPointer.compile("/spec/replicas");

  private Scaling() {}

  /**
   * The scale of an object.
   *
   * @param kind one that has a scale
   */
  public static byte[] shown(Kind kind, byte[] document) {
    return Json.encode(of(kind, Json.decode(document)));
  }

  static ObjectNode of(Kind kind, ObjectNode object) {
    Kind.Scale places = places(kind);
    ObjectNode scale = Json.object().put("kind", KIND).put("apiVersion", API_VERSION);
    ObjectNode metadata = scale.putObject("metadata");
    for (String field :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      if (object.path("metadata").has(field)) {
        metadata.set(field, object.path("metadata").path(field));
      }
    }
    scale.putObject("spec").put("replicas", object.at(places.wanted()).asInt(0));
    ObjectNode status = scale.putObject("status");
    status.put("replicas", object.at(places.present()).asInt(0));
    String selector = object.at(places.selector()).asString("");
    if (!selector.isEmpty()) {
      status.put("selector", selector);
    }
    return scale;
  }

  /** The object with as many replicas wanted as the scale says; the object is changed in place. */
  static ObjectNode scaled(Target target, ObjectNode object, ObjectNode scale) {
    identity(scale, "apiVersion", API_VERSION);
    identity(scale, "kind", KIND);
    int replicas = replicas(target, scale.at(REPLICAS));
    // Who speaks of another object, or of an older state, is told so by whoever stores it.
    ObjectNode metadata = Documents.metadata(object);
    for (String field : List.of("name", "uid", "resourceVersion")) {
      JsonNode asked = scale.path("metadata").path(field);
      if (!asked.asString("").isEmpty()) {
        metadata.set(field, asked);
      }
    }
    JsonPointer place = places(target.kind()).wanted();
    object
        .withObject(place.head(), JsonNode.OverwriteMode.NULLS, true)
        .put(place.last().getMatchingProperty(), replicas);
    return object;
  }

  private static void identity(ObjectNode scale, String field, String expected) {
    String said = scale.path(field).asString("");
    if (!said.isEmpty() && !said.equals(expected)) {
      throw Refusals.bad(
          field + " of the scale is \"" + said + "\", expected \"" + expected + "\"");
    }
  }

  private static int replicas(Target target, JsonNode replicas) {
    boolean none = replicas.isMissingNode() || replicas.isNull();
    if (!none && !(replicas.isIntegralNumber() && replicas.canConvertToInt())) {
      throw Refusals.bad(
          "Scale in version \"v1\" cannot be handled as a Scale: spec.replicas is "
              + replicas
              + ", expected a whole number");
    }
    int wanted = none ? 0 : replicas.asInt(0);
    if (wanted < 0) {
      String why = "Invalid value: " + wanted + ": should be non-negative";
      throw new Refusal(
          Reason.INVALID,
          "Scale.autoscaling \"" + target.name() + "\" is invalid: spec.replicas: " + why,
          new Subject("autoscaling", KIND, target.name()),
          List.of(new FieldError("spec.replicas", Cause.INVALID, why)));
    }
    return wanted;
  }

  private static Kind.Scale places(Kind kind) {
    return kind.scale().orElseThrow(() -> new IllegalStateException(kind.kind() + " has no scale"));
  }
}
