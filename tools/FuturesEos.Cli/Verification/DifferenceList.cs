namespace FuturesEos.Cli.Verification;

/// <summary>Counts every difference and keeps the first of each kind.</summary>
internal sealed class DifferenceList
{
    /// <summary>How many of each kind and stage are kept with their ids.</summary>
    public const int KeptOfEach = 20;

    private readonly List<Difference> _kept = [];
    private readonly Dictionary<(Stage, DifferenceKind), long> _counts = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _counts.Count == 0;

    /// <summary>How many there are.</summary>
    public long Total => _counts.Values.Sum();

    /// <summary>The first of each kind, in the order of the stages.</summary>
    public IReadOnlyList<Difference> Kept => [.. _kept.OrderBy(d => d.Stage).ThenBy(d => d.Kind)];

    /// <summary>How many of each kind there are.</summary>
    public IReadOnlyDictionary<(Stage Stage, DifferenceKind Kind), long> Counts => _counts;

    /// <summary>Takes back what was kept and counted before.</summary>
    public void Restore(
        IEnumerable<Difference> kept, IEnumerable<((Stage Stage, DifferenceKind Kind) Key, long Count)> counts)
    {
        _kept.AddRange(kept);
        foreach (var (key, count) in counts) _counts[key] = count;
    }

    /// <summary>How many of a kind there are.</summary>
    public long Count(Stage stage, DifferenceKind kind) => _counts.GetValueOrDefault((stage, kind));

    /// <summary>Adds one.</summary>
    public void Add(Difference difference)
    {
        var key = (difference.Stage, difference.Kind);
        var count = _counts[key] = Count(difference.Stage, difference.Kind) + 1;
        if (count <= KeptOfEach) _kept.Add(difference);
    }

    /// <summary>Adds one.</summary>
    public void Add(Stage stage, DifferenceKind kind, string id, string detail) =>
        Add(new Difference(stage, kind, id, detail));

    /// <summary>Adds one.</summary>
    public void Add(Stage stage, DifferenceKind kind, Guid id, string detail) =>
        Add(stage, kind, id.ToString(), detail);
}
