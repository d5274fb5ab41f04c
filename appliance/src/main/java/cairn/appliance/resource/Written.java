package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The answer to a write.
 *
 * @param document the object after it, UTF-8 JSON ready to be sent; shared, nobody may change it
 * @param warnings for the client, in the order found
 * @param created whether the object is new
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
public record Written(byte[] document, List<String> warnings, boolean created) {

  public Written {
    requireNonNull(document, "document is null");
    warnings = List.copyOf(warnings);
  }
}
