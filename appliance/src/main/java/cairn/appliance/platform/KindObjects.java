package cairn.appliance.platform;

import static java.util.Objects.requireNonNull;

import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps an object for each kind that the service knows, as clients look for them. The objects
 * follow the service: one that an older version wrote is brought up to date at start.
 */
public final class KindObjects {

  private static final String RESOURCE = "customresourcedefinitions.apiextensions.k8s.io";

  private final Resources resources;

  public KindObjects(Resources resources) {
    this.resources = requireNonNull(resources, "resources is null");
  }

  /**
   * @param documents without what the server sets
   */
  public void ensure(List<ObjectNode> documents) {
    documents.forEach(this::ensure);
  }

  private void ensure(ObjectNode document) {
    Key key = new Key(RESOURCE, "", document.path("metadata").path("name").asString());
    Optional<Resource> found = resources.get(key);
    if (found.isEmpty()) {
      resources.create(document, JsonNodeFactory.instance.objectNode());
    } else if (!found.get().document().path("spec").equals(document.path("spec"))) {
      resources.amend(
          found.get(),
          object -> {
            object.document().set("spec", document.path("spec"));
            object.document().set("status", document.path("status"));
            return object;
          });
    }
  }
}
