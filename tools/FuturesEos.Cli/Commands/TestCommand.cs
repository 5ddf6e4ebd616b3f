using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Testing;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos test [ARGS]</c>: every test; ARGS go to the test runner. With <c>EOS_REQUIRE=1</c> (continuous integration) a
/// test that was skipped for want of something that <c>./eos</c> provides counts as a failure.
/// </summary>
internal static class TestCommand
{
    private const string Name = "test";
    private const string Long = "--long";
    private const string RequireVariable = "EOS_REQUIRE";

    // Exit codes of Microsoft.Testing.Platform: 2 a test failed, 5 wrong arguments.
    private const int RunnerRefusedArguments = 5;

    public static Command Create() =>
        new(Name, "run the tests; what follows goes to the test runner; --long: the long ones too");

    public static bool IsMeantBy(string[] args) => args is [Name, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var report = Path.Combine(Path.GetTempPath(), $"eos-test-{Environment.ProcessId}.xml");
        var start = new ProcessStartInfo(Installation.Executable("FuturesEos.Tests"), Arguments(args[1..], report));
        // Ctrl-C reaches the runner too: it ends by itself, and says what it has
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        try
        {
            using var runner = Process.Start(start)!;
            await runner.WaitForExitAsync();
            if (TestReport.Read(report) is { } results) return Conclude(results);
            return runner.ExitCode switch
            {
                0 => ExitCode.Ok,
                RunnerRefusedArguments => ExitCode.Usage,
                128 + 2 => ExitCode.Interrupted,
                _ => ExitCode.CheckFailed,
            };
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static int Conclude(TestReport results)
    {
        // thousands of lines may lie between a failure and the end, and what shows a run often shows its end only
        foreach (var failure in results.Failures) Console.Out.WriteLine($"failed: {failure}");
        var failed = results.Failed;
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
        {
            foreach (var skip in results.SkippedForWant)
                Talk.Error($"skipped, and nothing may be missing here: {skip}");
            failed += results.SkippedForWant.Count;
        }

        if (results.Passed + failed + results.Skipped == 0) Talk.Error("no test matches");
        else Console.Out.WriteLine("ran: " + string.Join(", ", results.Ran.Select(ran => $"{ran.Folder} {ran.Count}")));
        Console.Out.WriteLine(
            $"{results.Passed} passed, {failed} failed, {results.Skipped + results.Failed - failed} skipped");
        return failed == 0 && results.Passed > 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static IEnumerable<string> Arguments(string[] given, string report)
    {
        var arguments = given.Where(argument => argument != Long).ToList();
        if (arguments.Exists(argument => argument is "--help" or "--info" or "--list-tests")) return arguments;
        var hasQuery = arguments.Exists(argument => argument.StartsWith("--filter-query", StringComparison.Ordinal));
        if (!given.Contains(Long) && !hasQuery) arguments.AddRange(["--filter-not-trait", "Category=Long"]);
        // no moving progress line in a file or a pipe: a line for each test instead
        if (Console.IsOutputRedirected && !arguments.Contains("--output")) arguments.AddRange(["--output", "Detailed"]);
        arguments.AddRange(["--report-xunit-xml", "--report-xunit-xml-filename", Path.GetFileName(report)]);
        arguments.AddRange(["--results-directory", Path.GetDirectoryName(report)!]);
        return arguments;
    }
}
