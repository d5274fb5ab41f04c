package cairn.appliance.node;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who has which address, as each of those who keep a record of it says: claims, leases, machines,
 * the DHCP server's reservations.
 */
record Books(
    List<Claim> claims,
    List<Lease> leases,
    List<Machine> machines,
    List<Reservation> reservations) {

  static final String API = "virtualization.deckhouse.io/v1alpha2";

  /** Addresses of the pool that machines may have. */
  private static final int ASSIGNABLE = 13;

  /**
   * @param asked the address it names, or empty
   * @param why reason of its condition Bound
   */
  record Claim(String place, String uid, boolean going, String asked, String address, String why) {}

  /**
   * @param claim namespace/name of the claim that holds it, or empty
   */
  record Lease(String name, String address, String claim, String uid, String phase) {}

  record Machine(
      String place, String uid, boolean going, String phase, String claim, String address) {}

  record Reservation(String file, String address) {}

  static Books of(KubernetesClient client, Node node) {
    return new Books(
        all(client, "VirtualMachineIPAddress").stream().map(Books::claim).toList(),
        all(client, "VirtualMachineIPAddressLease").stream().map(Books::lease).toList(),
        all(client, "VirtualMachine").stream().map(Books::machine).toList(),
        reservations(node.state().resolve("network/main")));
  }

  static List<GenericKubernetesResource> all(KubernetesClient client, String kind) {
    return kind.equals("VirtualMachineIPAddressLease") || kind.equals("ClusterVirtualImage")
        ? client.genericKubernetesResources(API, kind).list().getItems()
        : client.genericKubernetesResources(API, kind).inAnyNamespace().list().getItems();
  }

  /** Everything that does not add up, or is not at rest yet. */
  List<String> wrong() {
    List<String> wrong = unpaired();
    machines.forEach(machine -> check(machine, wrong));
    twice(machines, Machine::address, wrong);
    say(
        addresses(reservations.stream().map(Reservation::address))
            .equals(addresses(running().map(Machine::address))),
        "reservations " + reservations + " are not the running machines' " + machines,
        wrong);
    return wrong;
  }

  /** Claims and leases that do not belong to each other, whatever the machines do. */
  List<String> unpaired() {
    List<String> wrong = new ArrayList<>();
    claims.forEach(claim -> check(claim, wrong));
    twice(claims, Claim::address, wrong);
    for (Lease lease : leases) {
      boolean held =
          lease.claim().isEmpty()
              ? lease.phase().equals("Released")
              : claims.stream().filter(claim -> holds(claim, lease)).count() == 1;
      say(held, lease + " is not held by exactly the claim it names", wrong);
    }
    twice(reservations, Reservation::address, wrong);
    return wrong;
  }

  private void check(Claim claim, List<String> wrong) {
    say(!claim.going(), claim + " is still being deleted", wrong);
    if (claim.address().isEmpty()) {
      boolean none =
          switch (claim.why()) {
            case "VirtualMachineIPAddressLeaseNotReady" -> leases.size() == ASSIGNABLE;
            case "VirtualMachineIPAddressLeaseAlreadyExists" ->
                leases.stream().anyMatch(lease -> lease.address().equals(claim.asked()));
            default -> false;
          };
      say(none, claim + " has no address, and there is one for it", wrong);
      return;
    }
    say(
        leases.stream().filter(lease -> holds(claim, lease)).count() == 1,
        claim + " has not exactly one lease",
        wrong);
    say(
        claim.asked().isEmpty() || claim.asked().equals(claim.address()),
        claim + " has another address than it asked for",
        wrong);
  }

  private void check(Machine machine, List<String> wrong) {
    Optional<Claim> claim =
        claims.stream().filter(each -> each.place().equals(machine.claim())).findFirst();
    boolean waits =
        machine.phase().equals("Pending") && claim.filter(c -> !c.address().isEmpty()).isEmpty();
    boolean runs =
        machine.phase().equals("Running")
            && claim.map(Claim::address).equals(Optional.of(machine.address()));
    say(
        !machine.going() && (waits || runs),
        machine + " neither runs at its claim's address nor waits for one; claim " + claim,
        wrong);
  }

  private Stream<Machine> running() {
    return machines.stream().filter(machine -> machine.phase().equals("Running"));
  }

  private static boolean holds(Claim claim, Lease lease) {
    return lease.claim().equals(claim.place())
        && lease.uid().equals(claim.uid())
        && lease.address().equals(claim.address())
        && lease.phase().equals("Bound");
  }

  private static <T> void twice(List<T> all, Function<T, String> address, List<String> wrong) {
    all.stream()
        .filter(each -> !address.apply(each).isEmpty())
        .collect(Collectors.groupingBy(address))
        .forEach((which, holders) ->
            say(holders.size() == 1, which + " is there more than once: " + holders, wrong));
  }

  private static void say(boolean holds, String otherwise, List<String> wrong) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  private static TreeSet<String> addresses(Stream<String> addresses) {
    return addresses.collect(Collectors.toCollection(TreeSet::new));
  }

  private static Claim claim(GenericKubernetesResource claim) {
    List<Map<String, Object>> conditions =
        Objects.requireNonNullElse(claim.get("status", "conditions"), List.of());
    return new Claim(
        place(claim),
        claim.getMetadata().getUid(),
        claim.getMetadata().getDeletionTimestamp() != null,
        text(claim, "spec", "staticIP"),
        text(claim, "status", "address"),
        conditions.stream()
            .filter(each -> "Bound".equals(each.get("type")))
            .map(each -> String.valueOf(each.get("reason")))
            .findFirst()
            .orElse(""));
  }

  private static Lease lease(GenericKubernetesResource lease) {
    String name = text(lease, "spec", "virtualMachineIPAddressRef", "name");
    String namespace = text(lease, "spec", "virtualMachineIPAddressRef", "namespace");
    Map<String, String> labels =
        Objects.requireNonNullElse(lease.getMetadata().getLabels(), Map.of());
    return new Lease(
        lease.getMetadata().getName(),
        lease.getMetadata().getName().substring("ip-".length()).replace('-', '.'),
        name.isEmpty() ? "" : namespace + "/" + name,
        labels.getOrDefault("virtualization.deckhouse.io/virtual-machine-ip-address-uid", ""),
        text(lease, "status", "phase"));
  }

  private static Machine machine(GenericKubernetesResource machine) {
    return new Machine(
        place(machine),
        machine.getMetadata().getUid(),
        machine.getMetadata().getDeletionTimestamp() != null,
        text(machine, "status", "phase"),
        machine.getMetadata().getNamespace()
            + "/"
            + text(machine, "status", "virtualMachineIPAddressName"),
        text(machine, "status", "ipAddress"));
  }

  /** What dnsmasq reads, and files that were left half-made beside it. */
  private static List<Reservation> reservations(Path network) {
    try (Stream<Path> files = Files.walk(network.resolve("hosts"))) {
      List<Reservation> reservations = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String[] words = Files.readString(file).strip().split(",", -1);
        reservations.add(
            new Reservation(file.getFileName().toString(), words.length > 1 ? words[1] : "none"));
      }
      return reservations;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String place(GenericKubernetesResource resource) {
    return resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
  }

  private static String text(GenericKubernetesResource resource, Object... path) {
    return Objects.requireNonNullElse(resource.<String>get(path), "");
  }
}
