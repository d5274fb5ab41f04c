/**
 * What a kind looks like. Every kind is one CRD-format YAML file in the resources; this package
 * reads them and answers all questions about form: defaults, pruning, validation, CEL rules,
 * printed columns, OpenAPI documents. Pure: no store, no HTTP. Start reading at {@link
 * cairn.appliance.schema.Kinds}.
 */
@NullMarked
package cairn.appliance.schema;

import org.jspecify.annotations.NullMarked;
