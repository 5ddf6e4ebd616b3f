using System.Diagnostics;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Capture;

/// <summary>A mode of the relay's own program that does one thing and ends.</summary>
internal static class RelayMode
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>The position that it printed.</returns>
    /// <exception cref="ExpectedFailure">It failed: with its exit code and its words.</exception>
    public static async Task<string> RunAsync(
        PipelineContext pipeline, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Installation.Executable(ServiceProgram.ProjectOf("relay")), arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__kafka"] = pipeline.Kafka.BootstrapServers;
        start.Environment["ConnectionStrings__futures"] = pipeline.Postgres;
        start.Environment[ServiceHost.SupervisedVariable] = "1"; // it stops when we die
        using var process = Process.Start(start)!;
        await using var stop = cancellation.Register(process.StandardInput.Close);
        var lines = new List<string>();
        process.ErrorDataReceived += (_, said) => Hear(said.Data, lines);
        process.BeginErrorReadLine();
        var output = (await process.StandardOutput.ReadToEndAsync(CancellationToken.None)).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode == ExitCode.Ok && output is [.., var position]) return position;
        throw new ExpectedFailure(
            process.ExitCode, lines.LastOrDefault() ?? $"the relay ended with {process.ExitCode}");
    }

    private static void Hear(string? line, List<string> lines)
    {
        if (string.IsNullOrEmpty(line)) return;
        lines.Add(ChildLog.WithoutPrefix(line));
        if (Talk.IsVerbose) Talk.Line(line);
    }
}
