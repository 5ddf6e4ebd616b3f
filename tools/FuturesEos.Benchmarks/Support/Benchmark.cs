using System.Globalization;

namespace FuturesEos.Benchmarks.Support;

/// <summary>A benchmark as it is called: <c>eos bench NAME [--option N] …</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">The options that it takes, each with a number.</param>
/// <param name="What">What it measures, for people.</param>
/// <param name="Measure">Does it.</param>
internal sealed record Benchmark(string Name, string[] Options, string What, Func<BenchRun, Task> Measure)
{
    private const int Usage = 2;
    private const int NothingToMeasureAgainst = 3;

    /// <summary>Whether it needs Apache Kafka and the Java peer.</summary>
    public bool NeedsPeer { get; init; } = true;

    /// <summary>One line of help.</summary>
    public string Help => $"{Name,-10} {string.Join(' ', Options.Select(option => $"[{option} N]"))}: {What}";

    /// <summary>Whether somebody asks what there is.</summary>
    public static bool IsQuestion(string argument) => argument is "--help" or "-h" or "-?";

    /// <summary>Runs it in a scratch folder of its own.</summary>
    /// <returns>The exit code: 2 where the options are wrong, 3 where there is nothing to measure against.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Any(IsQuestion))
        {
            Console.WriteLine(Help);
            return 0;
        }

        if (NumbersOf(arguments) is not { } numbers)
        {
            var given = string.Join(' ', arguments);
            Console.Error.WriteLine($"bench {Name}: '{given}' is not understood: each option takes a number above 0");
            Console.Error.WriteLine(Help);
            return Usage;
        }

        if (NeedsPeer && Programs.Shared is null)
        {
            Console.Error.WriteLine(
                $"bench {Name}: needs Apache Kafka beside the repository (../shared/kafka, and ../shared/peers): "
                + "nothing to measure against");
            return NothingToMeasureAgainst;
        }

        var scratch = Directory.CreateTempSubdirectory("eos-bench-").FullName;
        try
        {
            await Measure(new BenchRun(numbers, scratch, Programs.Shared ?? ""));
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private Dictionary<string, int>? NumbersOf(string[] arguments)
    {
        var numbers = new Dictionary<string, int>();
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair is not [var option, var text] || !Options.Contains(option)) return null;
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out var number) || number < 1) return null;
            numbers[option] = number;
        }

        return numbers;
    }
}
