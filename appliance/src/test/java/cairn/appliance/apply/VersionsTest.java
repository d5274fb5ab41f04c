package cairn.appliance.apply;

import static cairn.appliance.apply.Desk.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.appliance.apply.Applying.Application;
import cairn.appliance.apply.Applying.Applied;
import cairn.appliance.apply.Applying.Insistence;
import cairn.appliance.apply.Writer.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Owners of fields of a kind with two versions, in which the same fields have other names. */
class VersionsTest {

  private static final FieldType WHOLE = new FieldType.Whole();

  private ObjectNode document = object("{}");
  private Ownership ownership = Ownership.NONE;

  /** In {@code v1} the fields are {@code a} and {@code b}, in {@code v2} they have long names. */
  private static final class TwoVersions implements Versions {

    private static final Map<String, String> LONG_BY_SHORT = Map.of("a", "alpha", "b", "beta");

    @Override
    public Optional<FieldType> type(String apiVersion) {
      return switch (apiVersion) {
        case "v1" -> Optional.of(spec("a", "b"));
        case "v2" -> Optional.of(spec("alpha", "beta"));
        default -> Optional.empty();
      };
    }

    private static FieldType spec(String one, String other) {
      return new FieldType.Parts(
          Map.of("spec", new FieldType.Parts(Map.of(one, WHOLE, other, WHOLE), Optional.empty())),
          Optional.empty());
    }

    @Override
    public ObjectNode translated(ObjectNode document, String from, String to) {
      ObjectNode translated = document.deepCopy();
      if (!from.equals(to) && translated.path("spec") instanceof ObjectNode spec) {
        LONG_BY_SHORT.forEach((brief, full) -> {
          String given = from.equals("v1") ? brief : full;
          if (spec.has(given)) {
            spec.set(given.equals(brief) ? full : brief, spec.remove(given));
          }
        });
      }
      return translated;
    }
  }

  @Test
  void whoChangesAFieldTakesItFromItsOwnerInAnotherVersion() {
    update("old", "v1", "{'spec':{'a':1,'b':1}}");

    update("new", "v2", "{'spec':{'alpha':2,'beta':1}}");

    assertEquals(fields("{'f:spec':{'.':{},'f:b':{}}}"), owned("old", Operation.UPDATE));
    assertEquals(fields("{'f:spec':{'f:alpha':{}}}"), owned("new", Operation.UPDATE));
  }

  @Test
  void aConflictNamesTheFieldAsItsOwnerDoes() {
    update("old", "v1", "{'spec':{'a':1,'b':1}}");

    Conflict conflict =
        assertThrows(Conflict.class, () -> apply("new", "v2", "{'spec':{'alpha':2,'beta':1}}"));

    assertEquals(
        "Apply failed with 1 conflict: conflict with \"old\" using v1: .spec.a", conflict.words());
  }

  @Test
  void theSameValueInAnotherVersionIsOwnedByBoth() {
    apply("one", "v1", "{'spec':{'a':1}}");

    apply("other", "v2", "{'spec':{'alpha':1}}");

    assertEquals(fields("{'f:spec':{'f:a':{}}}"), owned("one", Operation.APPLY));
    assertEquals(fields("{'f:spec':{'f:alpha':{}}}"), owned("other", Operation.APPLY));
  }

  @Test
  void whatWasAppliedInOneVersionIsDroppedInAnother() {
    apply("one", "v1", "{'spec':{'a':1,'b':1}}");

    apply("one", "v2", "{'spec':{'alpha':1}}");

    assertEquals(object("{'spec':{'alpha':1}}"), spec());
    assertEquals(fields("{'f:spec':{'f:alpha':{}}}"), owned("one", Operation.APPLY));
    assertEquals(1, ownership.entries().size());
  }

  @Test
  void whatSomebodyOwnsInAnotherVersionStays() {
    apply("one", "v1", "{'spec':{'a':1,'b':1}}");
    apply("other", "v2", "{'spec':{'beta':1}}");

    apply("one", "v1", "{'spec':{'a':1}}");

    assertEquals(object("{'spec':{'a':1,'b':1}}"), spec());
    assertEquals(fields("{'f:spec':{'f:beta':{}}}"), owned("other", Operation.APPLY));

    apply("other", "v1", "{'spec':{}}");

    assertEquals(object("{'spec':{'a':1}}"), spec());
  }

  @Test
  void whatKubectlAppliedItselfIsExcusedForOwnersInEveryVersion() {
    document =
        object(
            "{'metadata':{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':"
                + "'{`apiVersion`:`v2`,`spec`:{`alpha`:1}}'}},'spec':{'a':1}}");
    ownership =
        Noting.update(
            new TwoVersions(),
            Ownership.NONE,
            object("{}"),
            document,
            new Writer("kubectl-client-side-apply", Operation.UPDATE, "v1", ""),
            Desk.NOON);
    given = "v1";

    apply("kubectl", "v2", "{'spec':{'alpha':2}}");

    assertEquals(object("{'alpha':2}"), spec().path("spec"));
  }

  @Test
  void ownersInAVersionThatNobodyKnowsAreForgotten() {
    update("old", "v1", "{'spec':{'a':1}}");
    ownership =
        Ownership.decode(Desk.tree(ownership.encode().toString().replace("v1\"", "v0\"")))
            .orElseThrow();

    update("new", "v1", "{'spec':{'a':1,'b':2}}");

    assertEquals(
        List.of("new"), ownership.entries().stream().map(each -> each.writer().name()).toList());
  }

  /** The version that the document is kept in. */
  private String given = "v1";

  private void update(String name, String version, String changed) {
    ObjectNode old = read(version);
    ownership =
        Noting.update(
            new TwoVersions(),
            ownership,
            old,
            object(changed),
            new Writer(name, Operation.UPDATE, version, ""),
            Desk.NOON);
    document = object(changed);
    given = version;
  }

  private void apply(String name, String version, String configuration) {
    ObjectNode live = read(version);
    ObjectNode sent = object(configuration);
    Applied applied =
        Applying.apply(
            new Application(
                new TwoVersions(),
                live,
                sent,
                ownership,
                new Writer(name, Operation.APPLY, version, ""),
                Insistence.YIELD,
                LastApplied.concerns(name)
                    ? Optional.of(new LastApplied(sent, LastApplied.read(live)))
                    : Optional.empty()),
            Desk.NOON);
    document = applied.document();
    ownership = applied.ownership();
    given = version;
  }

  private ObjectNode read(String version) {
    return new TwoVersions().translated(document, given, version);
  }

  /** The document without what is always there. */
  private ObjectNode spec() {
    ObjectNode bare = document.deepCopy();
    bare.remove("metadata");
    return bare;
  }

  private FieldSet owned(String name, Operation operation) {
    return ownership.entries().stream()
        .filter(each -> each.writer().name().equals(name) && each.writer().operation() == operation)
        .map(Entry::fields)
        .findFirst()
        .orElse(FieldSet.EMPTY);
  }

  private static FieldSet fields(String tree) {
    return FieldSet.decode(Desk.tree(tree));
  }
}
