package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.schema.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What Kubernetes demands of every object's metadata, in its words. Pure. */
final class MetadataRules {

  private static final int LONGEST_SUBDOMAIN = 253;
  private static final int LONGEST_LABEL = 63;
  private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern QUALIFIED =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");

  private static final String SUBDOMAIN_TEXT =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String LABEL_TEXT =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  private static final String QUALIFIED_TEXT =
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
          + " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex"
          + " used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final String VALUE_TEXT =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

  /** Resources whose names are DNS labels rather than subdomains. */
  private static final Set<String> LABEL_NAMED = Set.of("namespaces", "services");

  private static final Set<String> FINALIZERS_OF_KUBERNETES =
      Set.of("foregroundDeletion", "orphan", "kubernetes");

  private MetadataRules() {}

  /** Everything wrong with the metadata of a document whose form was checked before. */
  static List<FieldError> check(Kind kind, ObjectNode document) {
    List<FieldError> errors = new ArrayList<>();
    JsonNode metadata = document.path("metadata");
    name(kind, metadata.path("name").asString(""), errors);
    labels(metadata.path("labels"), errors);
    annotations(metadata.path("annotations"), errors);
    finalizers(metadata.path("finalizers"), errors);
    owners(metadata.path("ownerReferences"), errors);
    return errors;
  }

  /** What is wrong with the beginning of a name that the server ends. */
  static List<FieldError> checkGenerated(Kind kind, ObjectNode document) {
    String base = document.path("metadata").path("generateName").asString("");
    // More letters follow, so a dash may come last.
    String begun = base.endsWith("-") ? base.substring(0, base.length() - 1) + "a" : base;
    List<FieldError> errors = new ArrayList<>();
    if (!base.isEmpty()) {
      wrongName(kind, begun)
          .ifPresent(why -> errors.add(invalid("metadata.generateName", base, why)));
    }
    return errors;
  }

  /** What is wrong with a label key or annotation key; empty for nothing. */
  static Optional<String> qualifiedName(String text) {
    int slash = text.indexOf('/');
    String prefix = slash < 0 ? "" : text.substring(0, slash);
    String name = slash < 0 ? text : text.substring(slash + 1);
    if (slash == 0) {
      return Optional.of("prefix part must be non-empty");
    }
    if (name.indexOf('/') >= 0) {
      return Optional.of(
          "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must"
              + " start and end with an alphanumeric character with an optional DNS subdomain"
              + " prefix and '/' (e.g. 'example.com/MyName')");
    }
    if (!prefix.isEmpty()) {
      Optional<String> wrong = subdomain(prefix);
      if (wrong.isPresent()) {
        return Optional.of("prefix part " + wrong.get());
      }
    }
    if (name.isEmpty()) {
      return Optional.of("name part must be non-empty");
    }
    if (name.length() > LONGEST_LABEL) {
      return Optional.of("name part must be no more than 63 bytes");
    }
    return QUALIFIED.matcher(name).matches() ? Optional.empty() : Optional.of(QUALIFIED_TEXT);
  }

  /** What is wrong with a label's value; empty for nothing. */
  static Optional<String> labelValue(String text) {
    if (text.length() > LONGEST_LABEL) {
      return Optional.of("must be no more than 63 bytes");
    }
    return VALUE.matcher(text).matches() ? Optional.empty() : Optional.of(VALUE_TEXT);
  }

  private static void name(Kind kind, String name, List<FieldError> errors) {
    if (name.isEmpty()) {
      errors.add(
          new FieldError(
              "metadata.name", Cause.REQUIRED, "Required value: name or generateName is required"));
      return;
    }
    wrongName(kind, name).ifPresent(why -> errors.add(invalid("metadata.name", name, why)));
  }

  private static Optional<String> wrongName(Kind kind, String name) {
    return LABEL_NAMED.contains(kind.resource()) ? dnsLabel(name) : subdomain(name);
  }

  private static Optional<String> subdomain(String text) {
    if (text.length() > LONGEST_SUBDOMAIN) {
      return Optional.of("must be no more than 253 bytes");
    }
    return SUBDOMAIN.matcher(text).matches() ? Optional.empty() : Optional.of(SUBDOMAIN_TEXT);
  }

  private static Optional<String> dnsLabel(String text) {
    if (text.length() > LONGEST_LABEL) {
      return Optional.of("must be no more than 63 bytes");
    }
    return DNS_LABEL.matcher(text).matches() ? Optional.empty() : Optional.of(LABEL_TEXT);
  }

  private static void labels(JsonNode labels, List<FieldError> errors) {
    labels
        .properties()
        .forEach(label -> {
          qualifiedName(label.getKey())
              .ifPresent(why -> errors.add(invalid("metadata.labels", label.getKey(), why)));
          String value = label.getValue().asString("");
          labelValue(value).ifPresent(why -> errors.add(invalid("metadata.labels", value, why)));
        });
  }

  private static void annotations(JsonNode annotations, List<FieldError> errors) {
    long bytes = 0;
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      qualifiedName(annotation.getKey().toLowerCase(Locale.ROOT))
          .ifPresent(why -> errors.add(invalid("metadata.annotations", annotation.getKey(), why)));
      bytes +=
          annotation.getKey().getBytes(StandardCharsets.UTF_8).length
              + annotation.getValue().asString("").getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > MOST_ANNOTATION_BYTES) {
      errors.add(
          new FieldError(
              "metadata.annotations",
              Cause.TOO_LONG,
              "Too long: may not be more than " + MOST_ANNOTATION_BYTES + " bytes"));
    }
  }

  private static void finalizers(JsonNode finalizers, List<FieldError> errors) {
    for (int i = 0; i < finalizers.size(); i++) {
      String name = finalizers.path(i).asString("");
      String path = "metadata.finalizers[" + i + "]";
      Optional<String> wrong = qualifiedName(name);
      if (wrong.isPresent()) {
        errors.add(invalid(path, name, wrong.get()));
      } else if (name.indexOf('/') < 0 && !FINALIZERS_OF_KUBERNETES.contains(name)) {
        errors.add(
            invalid(
                path, name, "name is neither a standard finalizer name nor is it fully qualified"));
      }
    }
  }

  private static void owners(JsonNode owners, List<FieldError> errors) {
    int controllers = 0;
    for (int i = 0; i < owners.size(); i++) {
      JsonNode owner = owners.path(i);
      for (String field : List.of("apiVersion", "kind", "name", "uid")) {
        if (owner.path(field).asString("").isEmpty()) {
          errors.add(
              invalid(
                  "metadata.ownerReferences[" + i + "]." + field,
                  "",
                  field + " must not be empty"));
        }
      }
      controllers += owner.path("controller").asBoolean(false) ? 1 : 0;
    }
    if (controllers > 1) {
      errors.add(
          new FieldError(
              "metadata.ownerReferences",
              Cause.INVALID,
              "Invalid value: only one reference can have Controller set to true"));
    }
  }

  private static FieldError invalid(String path, String value, String why) {
    return new FieldError(path, Cause.INVALID, "Invalid value: \"" + value + "\": " + why);
  }
}
