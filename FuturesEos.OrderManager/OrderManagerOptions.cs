using System.Text.RegularExpressions;
using FuturesEos.Contracts.Orders;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.Extensions.Configuration;

namespace FuturesEos.OrderManager;

/// <summary>Options of the order manager.</summary>
internal sealed partial class OrderManagerOptions : ISettings
{
    /// <summary>Consumer group, and the name under which progress stands in <c>app.consumer_offset</c>.</summary>
    [Setting("--group", "consumer group; progress is kept in the database under this name")]
    public string Group { get; set; } = "order-manager";

    /// <summary>
    /// Stable name in the group: a restart within the session timeout gets its partitions back at once (KIP-345).
    /// </summary>
    [Setting("--instance", "stable name in the group: a restart gets its partitions back at once")]
    public string? InstanceId { get; set; }

    /// <summary>Adjusted confidence from which a decision becomes an order.</summary>
    [Setting("--threshold", "adjusted confidence from which a decision becomes an order")]
    public decimal Threshold { get; set; } = 0.65m;

    /// <summary>Quantity of an order at the threshold.</summary>
    [Setting("--base", "quantity at the threshold")]
    public decimal Base { get; set; } = 1;

    /// <summary>Quantity of an order at confidence 1.</summary>
    [Setting("--max", "quantity at confidence 1")]
    public decimal Max { get; set; } = 10;

    /// <summary>Prefix of the topics.</summary>
    [Setting("--prefix", "prefix of the topics")]
    public string Prefix { get; set; } = "trading";

    /// <summary>Most decisions in one database transaction.</summary>
    [ConfigurationKeyName("Batch")]
    [Setting("--batch", "most decisions in one database transaction")]
    public int BatchRecordsMax { get; set; } = 2_000;

    /// <summary>Replication slot of the outbox, made by the migration.</summary>
    [Setting("--slot", "replication slot of the outbox, made by the migration")]
    public string Slot { get; set; } = "futures_outbox";

    /// <summary>What makes an order of a decision.</summary>
    public OrderRuleOptions Rule => new() { Threshold = Threshold, Base = Base, Max = Max };

    public string? Validate() => this switch
    {
        _ when Rule.Validate() is { } wrong => wrong,
        { BatchRecordsMax: < 1 or > 100_000 } => $"--batch {BatchRecordsMax}: from 1 to 100000",
        { Group.Length: 0 } => "--group is empty",
        _ when !SlotPattern().IsMatch(Slot) => $"--slot {Slot}: a slot's name has lower-case letters, digits and _"
            + $" only, at most 63",
        _ => null,
    };

    [GeneratedRegex("^[a-z0-9_]{1,63}$")]
    private static partial Regex SlotPattern();
}
