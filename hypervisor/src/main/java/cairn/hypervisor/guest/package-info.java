/**
 * Talk with the agent inside of a guest (QEMU's guest agent, protocol of version 2.10 and later).
 * What comes from there is hostile: it is bounded in size and number, cleaned of what is not plain
 * text, and never becomes an identifier. {@link cairn.hypervisor.guest.GuestAgents} decides when
 * which agent is asked; {@code AgentAnswers} reads what it said, purely. Must not know how words
 * get to a guest: that is a {@link cairn.hypervisor.guest.AgentLine}.
 */
@NullMarked
package cairn.hypervisor.guest;

import org.jspecify.annotations.NullMarked;
