package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Stored;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Objects of the store, decoded. */
public final class StoreReader implements ResourceReader {

  private final ResourceStore store;
  private final Kinds kinds;

  public StoreReader(ResourceStore store, Kinds kinds) {
    this.store = store;
    this.kinds = kinds;
  }

  @Override
  public Optional<Resource> get(Key key) {
    return store.get(key).map(this::decoded);
  }

  @Override
  public List<Resource> list(Selection selection) {
    return store.list(selection).objects().stream().map(this::decoded).toList();
  }

  @Override
  public List<Resource> mentioning(String word, Selection selection) {
    byte[] sought = word.getBytes(StandardCharsets.UTF_8);
    return store.list(selection).objects().stream()
        .filter(stored -> stored.mentions(sought))
        .map(this::decoded)
        .toList();
  }

  @Override
  public Optional<Key> identified(Predicate<UUID> uid, Selection selection) {
    return store.list(selection).objects().stream()
        .filter(stored -> uid.test(stored.uid()))
        .map(Stored::key)
        .findFirst();
  }

  /** Decodes what the store handed out. */
  public Resource decoded(Stored stored) {
    ObjectNode document = Json.decode(stored.document());
    return new Resource(
        kind(document, stored.key()),
        stored.key(),
        stored.uid(),
        stored.revision(),
        document,
        Json.decode(stored.privateDocument()));
  }

  private Kind kind(ObjectNode document, Key key) {
    String apiVersion = document.path("apiVersion").asString("");
    String word = document.path("kind").asString("");
    return kinds
        .named(apiVersion, word)
        .orElseThrow(() ->
            new IllegalStateException(
                key + " is stored as " + apiVersion + " " + word + ", which is not served"));
  }
}
