package cairn.appliance.store;

class MemoryResourceStoreTest extends ResourceStoreContract {

  @Override
  protected ResourceStore open(Retention retention, UptimeClock clock) {
    return new MemoryResourceStore(retention, clock);
  }
}
