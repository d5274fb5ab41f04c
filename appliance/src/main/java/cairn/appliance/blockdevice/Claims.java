package cairn.appliance.blockdevice;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Finalizers;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who holds an object: written by the holder into the private record of what it holds, by
 * compare-and-set, so that of two machines that want one disk only one gets it. A claim outlives
 * the service; whoever finds one whose holder is gone takes it off.
 */
public final class Claims {

  private static final String FIELD = "claims";

  /** How many may hold at the same time. */
  public enum Sharing {
    ONE,
    MANY
  }

  /**
   * One holder.
   *
   * @param namespace of the machine
   * @param machine its name
   */
  public record Claim(UUID uid, String namespace, String machine) {
    public Claim {
      requireNonNull(uid, "uid is null");
      requireNonNull(namespace, "namespace is null");
      requireNonNull(machine, "machine is null");
    }

    public static Claim by(Resource machine) {
      return new Claim(machine.uid(), machine.namespace(), machine.name());
    }
  }

  private final Resources resources;

  public Claims(Resources resources) {
    this.resources = requireNonNull(resources, "resources is null");
  }

  /** The holders that the object's private record names. */
  public static List<Claim> of(Resource held) {
    return read(held.privateDocument());
  }

  /**
   * Makes the machine a holder.
   *
   * @return whether it is one now; not if another holds the only place or the object is gone or
   *     going
   */
  public boolean take(Resource held, Claim claim, Sharing sharing) {
    return resources
        .amend(
            held,
            object -> {
              List<Claim> claims = read(object.privateDocument());
              boolean going = object.document().path("metadata").has("deletionTimestamp");
              boolean taken = sharing == Sharing.ONE && !claims.isEmpty();
              if (!contains(claims, claim) && !going && !taken) {
                ObjectNode entry =
                    object
                        .privateDocument()
                        .withObject("/" + FIELD)
                        .putObject(claim.uid().toString());
                entry.put("namespace", claim.namespace());
                entry.put("machine", claim.machine());
              }
              return object;
            })
        .map(after -> contains(of(after), claim))
        .orElse(false);
  }

  /** Claims a device for the machine; empty if it holds it now, else what is missing. */
  public Optional<String> hold(Resource machine, BlockDeviceRef ref) {
    Optional<Resource> device = resources.get(ref.key(machine.namespace()));
    if (device.isEmpty()) {
      return Optional.of(ref + " does not exist.");
    }
    Sharing sharing = ref.kind() == BlockDeviceRef.Kind.DISK ? Sharing.ONE : Sharing.MANY;
    return take(device.get(), Claim.by(machine), sharing)
        ? Optional.empty()
        : Optional.of(ref + " is used by another machine.");
  }

  /**
   * Says that a device has no protection against its deletion yet, which its own controller gives
   * it once it is held; empty once it has.
   */
  public Optional<String> unprotected(String namespace, BlockDeviceRef ref) {
    return resources
            .get(ref.key(namespace))
            .filter(device -> Finalizers.stands(device.document(), ref.kind().protection()))
            .isPresent()
        ? Optional.empty()
        : Optional.of(ref + " is not protected yet.");
  }

  /** Takes the machine's claim off; nothing happens if there is none. */
  public void release(Resource held, UUID holder) {
    resources.amend(
        held,
        object -> {
          if (object.privateDocument().path(FIELD) instanceof ObjectNode claims) {
            claims.remove(holder.toString());
            if (claims.isEmpty()) {
              object.privateDocument().remove(FIELD);
            }
          }
          return object;
        });
  }

  private static boolean contains(List<Claim> claims, Claim claim) {
    return claims.stream().anyMatch(each -> each.uid().equals(claim.uid()));
  }

  private static List<Claim> read(JsonNode privateDocument) {
    List<Claim> claims = new ArrayList<>();
    for (var entry : privateDocument.path(FIELD).properties()) {
      claims.add(
          new Claim(
              UUID.fromString(entry.getKey()),
              entry.getValue().path("namespace").asString(""),
              entry.getValue().path("machine").asString("")));
    }
    return claims;
  }
}
