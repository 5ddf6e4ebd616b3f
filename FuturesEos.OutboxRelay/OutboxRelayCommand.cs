using FuturesEos.ServiceDefaults;

namespace FuturesEos.OutboxRelay;

/// <summary>The command line of the relay.</summary>
internal static class OutboxRelayCommand
{
    public const string Section = "Relay";
    public const string Adopt = "adopt";
    public const string Release = "release";
    public const string Repair = "repair";

    public static ServiceCommand Create() =>
        new ServiceCommand("outbox rows to order events, by logical decoding")
            .Takes<OutboxRelayOptions>(Section)
            .Has(Adopt, "only take the slot over from Debezium, and print where to go on")
            .Has(Release, "only hand the slot over to Debezium, and print where to go on")
            .Has(Repair, "only send what Kafka lacks, and print where to go on");
}
