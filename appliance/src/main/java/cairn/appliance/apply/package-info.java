/**
 * Who owns which field of a document, and what applying a configuration to it makes: the rules of
 * server-side apply. Pure: documents and sets of fields in, new ones out; nothing given is changed.
 * Knows no kinds, no store and no requests - how a document is built is told by a {@link
 * cairn.appliance.apply.FieldType}. Start reading at {@link cairn.appliance.apply.Applying} and
 * {@link cairn.appliance.apply.FieldSet}.
 */
@NullMarked
package cairn.appliance.apply;

import org.jspecify.annotations.NullMarked;
