using System.Diagnostics;

namespace FuturesEos.Tests.Support;

/// <summary>
/// How long a test waits at most: counted from its making, so that several waits share one allowance.
/// </summary>
internal readonly struct Deadline
{
    private readonly long _start;
    private readonly TimeSpan _allowance;

    private Deadline(TimeSpan allowance)
    {
        _start = Stopwatch.GetTimestamp();
        _allowance = allowance;
    }

    /// <summary>
    /// What a wait gets that names none: long enough for a loaded machine, short enough to be noticed.
    /// </summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromSeconds(30);

    /// <summary>A deadline from now.</summary>
    public static Deadline In(TimeSpan allowance) => new(allowance);

    /// <summary>A deadline from now.</summary>
    public static Deadline InSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    /// <summary>Whether it has passed.</summary>
    public bool IsOver => Left == TimeSpan.Zero;

    /// <summary>What is left, at least nothing.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = _allowance - Stopwatch.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public override string ToString() => $"{_allowance.TotalSeconds:0.#} s";
}
