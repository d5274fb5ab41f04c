package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * Who writes, as an entry of {@code managedFields} names it: the same name is another writer when
 * it writes otherwise.
 *
 * @param apiVersion the version the fields are named in
 * @param subresource empty for the object itself
 */
public record Writer(String name, Operation operation, String apiVersion, String subresource) {

  static final Comparator<Writer> BY_NAME =
      Comparator.comparing(Writer::name)
          .thenComparing(Writer::apiVersion)
          .thenComparing(Writer::subresource);

  /** How fields are set. */
  public enum Operation {
    APPLY("Apply"),
    UPDATE("Update");

    private final String word;

    Operation(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  public Writer {
    requireNonNull(name, "name is null");
    requireNonNull(operation, "operation is null");
    requireNonNull(apiVersion, "apiVersion is null");
    requireNonNull(subresource, "subresource is null");
  }

  /** Whether both write into one entry. Who applies has one, whatever the version. */
  boolean isSame(Writer other) {
    return name.equals(other.name)
        && operation == other.operation
        && subresource.equals(other.subresource)
        && (operation == Operation.APPLY || apiVersion.equals(other.apiVersion));
  }

  /** As a conflict names it. */
  String shown() {
    return '"'
        + name
        + '"'
        + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"')
        + (operation == Operation.UPDATE ? " using " + apiVersion : "");
  }
}
