@org.jspecify.annotations.NullMarked
package cairn.hypervisor.guest;
