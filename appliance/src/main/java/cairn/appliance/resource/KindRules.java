package cairn.appliance.resource;

import java.util.Map;

/**
 * What kinds bring along beyond their schemas.
 *
 * @param admissions by the resource that is stored
 * @param conversions by apiVersion and kind as they stand in a document: {@code
 *     events.k8s.io/v1/Event}; one for each kind that is not the stored one itself
 */
public record KindRules(Map<String, Admission> admissions, Map<String, Conversion> conversions) {

  public KindRules {
    admissions = Map.copyOf(admissions);
    conversions = Map.copyOf(conversions);
  }

  /** Of kinds that are all stored as they are. */
  public KindRules(Map<String, Admission> admissions) {
    this(admissions, Map.of());
  }
}
