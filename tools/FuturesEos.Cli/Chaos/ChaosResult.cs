using System.Text.Json;
using System.Text.Json.Nodes;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Verification;

namespace FuturesEos.Cli.Chaos;

/// <summary>What a chaos run showed.</summary>
internal sealed record ChaosResult
{
    private const long RetainedWalMax = 64 << 20;

    /// <summary>What the run followed from.</summary>
    public required int Seed { get; init; }

    /// <summary>Of the verification.</summary>
    public required VerifyReport Report { get; init; }

    /// <summary>Every fault, in order.</summary>
    public required IReadOnlyList<InjectedFault> Faults { get; init; }

    /// <summary>What was seen twice a second.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>Signals whose delivery was acknowledged.</summary>
    public required long Sent { get; init; }

    /// <summary>What did not go as promised, beside the verification.</summary>
    public required IReadOnlyList<string> Broken { get; init; }

    /// <summary>From the first process to the verdict.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How often each fault hit; a kill by the component's name.</summary>
    public IReadOnlyDictionary<string, int> Kills => Faults.GroupBy(fault => fault.Fault.Name)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Most that PostgreSQL kept for the relay's slot.</summary>
    public long RetainedWalPeak => Samples.Max(sample => sample.RetainedWalBytes ?? 0);

    /// <summary>What it kept at the end.</summary>
    public long RetainedWalEnd =>
        Samples.LastOrDefault(sample => sample.RetainedWalBytes is not null)?.RetainedWalBytes ?? 0;

    /// <summary>The longest way back to the rate.</summary>
    public TimeSpan LongestRecovery => Faults.Max(fault => fault.RecoveredAfter) ?? TimeSpan.Zero;

    /// <summary>Everything wrong, beside the verification's differences.</summary>
    public IReadOnlyList<string> Failures => RetainedWalEnd > RetainedWalMax
        ? [.. Broken,
            $"{RetainedWalEnd >> 20} MiB of WAL are kept behind the slot at the end, more than {RetainedWalMax >> 20}"]
        : Broken;

    /// <summary>Whether exactly once held, and every promise.</summary>
    public bool IsGood => Report.ExactlyOnce && Failures.Count == 0;

    /// <summary>One object: the verification's, and what is the run's own.</summary>
    public JsonObject ToJson()
    {
        var json = JsonSerializer.SerializeToNode(Report, Json.Options)!.AsObject();
        json["kills"] = JsonSerializer.SerializeToNode(Kills, Json.Options);
        json["seconds"] = Math.Round(Duration.TotalSeconds, 1);
        json["aborted_records"] = Report.AbortedRecords ?? 0;
        json["seed"] = Seed;
        json["sent"] = Sent;
        json["longest_recovery_seconds"] = Math.Round(LongestRecovery.TotalSeconds, 1);
        json["retained_wal_bytes"] = new JsonObject { ["peak"] = RetainedWalPeak, ["end"] = RetainedWalEnd };
        json["failures"] = JsonSerializer.SerializeToNode(Failures, Json.Options);
        json["faults"] = new JsonArray([.. Faults.Select(Row)]);
        return json;
    }

    private static JsonObject Row(InjectedFault fault) => new()
    {
        ["at"] = Math.Round(fault.From.TotalSeconds, 1),
        ["kind"] = fault.Fault.Kind.ToString().ToLowerInvariant(),
        ["component"] = fault.Fault.Component,
        ["seconds"] = Math.Round((fault.To - fault.From).TotalSeconds, 1),
        ["recovered_after"] = fault.RecoveredAfter is { } after ? Math.Round(after.TotalSeconds, 1) : null,
    };
}
