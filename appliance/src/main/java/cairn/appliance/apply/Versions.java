package cairn.appliance.apply;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The versions that documents of one kind can be read in. Who owns fields owns them in the words of
 * the version it wrote in, so what others change is looked at in those words too. Pure.
 */
public interface Versions {

  /** How documents of that version are owned; empty if nobody knows the version (any more). */
  Optional<FieldType> type(String apiVersion);

  /**
   * The same document in the words of another version. Must bear with documents that are not valid
   * or lack parts. The result may be the very tree that was given, and shares parts with it.
   *
   * @param from the version it is given in; known, like {@code to}
   */
  ObjectNode translated(ObjectNode document, String from, String to);

  /** Of a kind with one version: whatever an entry calls it. */
  static Versions only(FieldType type) {
    return new Versions() {
      @Override
      public Optional<FieldType> type(String apiVersion) {
        return Optional.of(type);
      }

      @Override
      public ObjectNode translated(ObjectNode document, String from, String to) {
        return document;
      }
    };
  }
}
