package cairn.appliance.resource;

/** What happens to fields that the schema does not know or that stand twice in the body. */
public enum FieldValidation {
  /** The request is refused. */
  STRICT,
  /** They are dropped, each with a warning. What an absent parameter means. */
  WARN,
  /** They are dropped silently. */
  IGNORE
}
