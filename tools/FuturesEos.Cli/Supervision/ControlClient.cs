using System.Text.Json;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>Asks a running <c>up</c>.</summary>
internal static class ControlClient
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>How its processes are.</summary>
    /// <exception cref="ExpectedFailure">It does not answer.</exception>
    public static async Task<PipelineStatus> StatusAsync(RunFile running, CancellationToken cancellation)
    {
        try
        {
            var text = await Http.GetStringAsync($"{running.Control}/status", cancellation);
            return JsonSerializer.Deserialize<PipelineStatus>(text, Json.Options)!;
        }
        catch (Exception e) when (IsSilence(e, cancellation))
        {
            throw Silent(running, e);
        }
    }

    /// <summary>Asks it to stop; it does so after the answer.</summary>
    /// <exception cref="ExpectedFailure">It does not answer.</exception>
    public static async Task StopAsync(RunFile running, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Http.PostAsync($"{running.Control}/stop", null, cancellation);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception e) when (IsSilence(e, cancellation))
        {
            throw Silent(running, e);
        }
    }

    private static bool IsSilence(Exception e, CancellationToken cancellation) =>
        e is HttpRequestException or JsonException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested);

    private static ExpectedFailure Silent(RunFile running, Exception e) => new(
        ExitCode.TimedOut,
        $"the pipeline's process {running.Pid} does not answer; 'kill -9 {running.Pid}' ends it and all it started", e);
}
