/**
 * The service's figures in Prometheus' format. It only reads what others count, when somebody asks;
 * the parts that count know nothing of it. Start reading at {@link
 * cairn.appliance.metrics.Exposition}.
 */
@NullMarked
package cairn.appliance.metrics;

import org.jspecify.annotations.NullMarked;
