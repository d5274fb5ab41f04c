package cairn.appliance.stream;

import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;

/**
 * Where machines are reached from this host. Blocks; any thread may call.
 *
 * <p>It must answer from what the network enforces, never from what an object says: whoever may
 * write objects could else reach any address with the host's rights.
 */
@FunctionalInterface
public interface GuestAddresses {

  /** The machine's own address, or empty if it has none now. */
  Optional<InetAddress> of(UUID machine);
}
