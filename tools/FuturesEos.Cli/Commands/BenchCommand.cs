using System.CommandLine;
using FuturesEos.Cli.Supervision;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos bench [NAME]</c>: the benchmarks' own program.</summary>
internal static class BenchCommand
{
    private const string Name = "bench";

    public static Command Create() => new(Name, "run the benchmarks, or those of a name");

    public static bool IsMeantBy(string[] args) => args is [Name, ..];

    public static Task<int> RunAsync(string[] args) =>
        Task.FromResult(ServiceProgram.Become("FuturesEos.Benchmarks", args[1..], findPipeline: false));
}
