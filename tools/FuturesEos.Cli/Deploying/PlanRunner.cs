using System.Diagnostics;
using FuturesEos.Cli.Output;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Deploying;

/// <summary>Runs a plan: says each step, shows a command's own words only when it failed, and stops there.</summary>
internal sealed class PlanRunner(TimeProvider time)
{
    private const int LinesOfFailure = 15;
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(30);

    /// <summary>Refuses to begin where a program is missing, and names all of them at once.</summary>
    /// <exception cref="ExpectedFailure">One is missing, or no Docker daemon answers (exit code 3).</exception>
    public static async Task NeedAsync(IReadOnlyList<string> programs, CancellationToken cancellationToken)
    {
        var missing = programs.Where(program => !IsThere(program)).ToList();
        if (missing.Count > 0)
        {
            throw ExpectedFailure.Unreachable(
                $"{string.Join(" and ", missing)} {(missing.Count > 1 ? "are" : "is")} not on the "
                    + "PATH; a Kind cluster needs "
                + $"{string.Join(", ", programs)} (docs/kubernetes.md says where from); 'eos deploy kind --dry-run' "
                + "shows the commands, 'eos deploy render' writes the manifests");
        }

        var (code, output) =
            await RunAsync(new PlanStep("", "docker", "info", "--format", "{{.ServerVersion}}"), cancellationToken);
        if (code != 0)
            throw ExpectedFailure.Unreachable(
                $"Docker does not answer: {Last(output, 1).FirstOrDefault() ?? "no word of why"}; "
                    + "start it, then try again");
    }

    /// <summary>Runs the steps in order.</summary>
    /// <exception cref="ExpectedFailure">One failed; those after it did not run.</exception>
    public async Task RunAsync(IReadOnlyList<PlanStep> steps, CancellationToken cancellationToken)
    {
        var number = 0;
        foreach (var step in steps)
        {
            number++;
            if (step.Unless is { } done && (await RunAsync(done, cancellationToken)).Code == 0)
            {
                Talk.Line($"[{number}/{steps.Count}] {step.Title}: there already");
                continue;
            }

            Talk.Line($"[{number}/{steps.Count}] {step.Title}");
            var start = time.GetTimestamp();
            var (code, output) = await RunAsync(step, cancellationToken);
            if (code != 0) throw Failed(step, code, output, time.GetElapsedTime(start));
            if (step.IsResult) Console.Out.WriteLine(string.Join('\n', output));
        }
    }

    private static ExpectedFailure Failed(PlanStep step, int code, IReadOnlyList<string> output, TimeSpan after)
    {
        foreach (var line in Last(output, LinesOfFailure)) Talk.Line("    " + line);
        var exit = output.Any(line => line.Contains("timed out", StringComparison.Ordinal))
            ? ExitCode.TimedOut : ExitCode.CheckFailed;
        return new ExpectedFailure(exit, $"'{step.Title}' ended with {code} after {after.TotalSeconds:0} s: {step}; "
            + "put it right and run the same command again, what is done is not done twice");
    }

    private static async Task<(int Code, IReadOnlyList<string> Output)> RunAsync(
        PlanStep step, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(step.Program, step.Arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var process =
            Process.Start(start) ?? throw ExpectedFailure.Unreachable($"{step.Program} could not be started");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StepLimit);
        try
        {
            if (step.Input is { } input) await process.StandardInput.WriteAsync(input().AsMemory(), limit.Token);
            process.StandardInput.Close();
            var words = process.StandardOutput.ReadToEndAsync(limit.Token);
            var complaints = await process.StandardError.ReadToEndAsync(limit.Token);
            var text = await words + complaints;
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode,
                [.. text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)]);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ExpectedFailure(ExitCode.TimedOut, $"{step} did not end in {StepLimit.TotalMinutes:0} minutes");
        }
    }

    private static bool IsThere(string program)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, name)));
    }

    private static IEnumerable<string> Last(IReadOnlyList<string> lines, int count) =>
        lines.Skip(Math.Max(0, lines.Count - count));
}
