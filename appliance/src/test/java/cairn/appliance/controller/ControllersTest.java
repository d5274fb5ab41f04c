package cairn.appliance.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Write;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Holds the controllers against each other and against {@code docs/controllers.md}. To renew that
 * page after a change on purpose: {@code ./mvnw test -Dtest=ControllersTest
 * -Dcairn.print.controllers=true}.
 */
class ControllersTest {

  @Test
  void everyStatusHasOneWriter() throws Exception {
    assertEquals(List.of(), new ControllerGraph(declarations()).violations());
  }

  @Test
  void thePageShowsTheControllers() throws Exception {
    String page = new ControllerGraph(declarations()).page();
    Path file = root().resolve("docs/controllers.md");
    if (Boolean.getBoolean("cairn.print.controllers")) {
      Files.writeString(file, page);
    }

    assertEquals(
        page,
        Files.readString(file),
        "docs/controllers.md is not what the code declares; renew it with"
            + " -Dcairn.print.controllers=true and read the difference");
  }

  @Test
  void aSecondWriterIsFound() {
    Set<Write> status = Set.of(new Write("disks", Aspect.STATUS));
    List<Declaration> two =
        List.of(
            new Declaration("one", "disks", Optional.empty(), List.of(), status, List.of()),
            new Declaration("two", "machines", Optional.empty(), List.of(), status, List.of()));

    assertEquals(
        List.of("both one and two write the status of disks"),
        new ControllerGraph(two).violations());
  }

  private static List<Declaration> declarations() throws ReflectiveOperationException {
    List<Declaration> declarations = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("cairn.appliance")) {
      if (type.isAssignableTo(Reconciler.class)
          && !type.isInterface()
          && !type.getModifiers().contains(JavaModifier.ABSTRACT)) {
        Field field = type.reflect().getDeclaredField("DECLARATION");
        field.setAccessible(true);
        declarations.add((Declaration) field.get(null));
      }
    }
    assertTrue(declarations.size() > 0, "no controller was found");
    return declarations;
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("mvnw"))) {
      here = Optional.ofNullable(here.getParent()).orElseThrow();
    }
    return here;
  }
}
