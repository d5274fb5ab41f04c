package cairn.appliance.schema;

import java.util.List;
import java.util.Optional;

/** All kinds the service serves. */
public interface Kinds {

  /** In the order discovery shows them. */
  List<Kind> served();

  Optional<Kind> find(String group, String version, String plural);

  /** The kind that the documents of this one are stored as; itself for most. */
  Kind stored(Kind served);

  /** By {@code apiVersion} and {@code kind} as they stand in a document. */
  Optional<Kind> named(String apiVersion, String kind);
}
