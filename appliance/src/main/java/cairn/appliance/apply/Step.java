package cairn.appliance.apply;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two states of a document, one after the other, in the words of whichever version is asked. Not
 * safe for threads: what was once translated is kept.
 */
final class Step {

  private final Versions versions;
  private final String version;
  private final ObjectNode old;
  private final ObjectNode now;
  private final Map<String, Optional<Seen>> seen = new HashMap<>();

  /**
   * Both states in one version.
   *
   * @param type how that version is owned
   * @param old without what nobody owns; so is {@code now}
   */
  record Seen(FieldType type, ObjectNode old, ObjectNode now, Comparison changes) {}

  /**
   * @param version that both states are given in
   */
  Step(Versions versions, String version, ObjectNode old, ObjectNode now) {
    this.versions = versions;
    this.version = version;
    this.old = old;
    this.now = now;
  }

  /** In the version that both states were given in. */
  Seen given() {
    return in(version).orElseThrow(() -> new IllegalStateException("unknown version " + version));
  }

  /** Empty if nobody knows the version. */
  Optional<Seen> in(String apiVersion) {
    return seen.computeIfAbsent(apiVersion, this::look);
  }

  private Optional<Seen> look(String apiVersion) {
    return versions
        .type(apiVersion)
        .map(type -> {
          ObjectNode before = Document.ownable(versions.translated(old, version, apiVersion));
          ObjectNode after = Document.ownable(versions.translated(now, version, apiVersion));
          return new Seen(type, before, after, Comparison.of(type, before, after));
        });
  }
}
