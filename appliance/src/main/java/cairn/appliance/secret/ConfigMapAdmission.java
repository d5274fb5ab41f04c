package cairn.appliance.secret;

import cairn.appliance.api.FieldError;
import cairn.appliance.resource.Admission;
import java.util.ArrayList;
import java.util.List;

/** What a ConfigMap may hold, and that an immutable one stays as it is. */
public final class ConfigMapAdmission implements Admission {

  @Override
  public Verdict validate(Review review) {
    List<FieldError> errors =
        new ArrayList<>(Contents.check(review.now(), review.old(), List.of("data", "binaryData")));
    errors.addAll(Contents.twice(review.now(), "binaryData", "data"));
    return new Verdict(errors, List.of());
  }
}
