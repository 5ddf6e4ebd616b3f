using FuturesEos.Tests.Support;
using FuturesEos.Topology;

namespace FuturesEos.Tests.Deploy;

/// <summary>A program in place of a pod.</summary>
/// <param name="Program">The program.</param>
/// <param name="HttpPort">Where it answers probes, if it does.</param>
internal sealed record DeployedPod(ChildProgram Program, int HttpPort)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>What it said, for messages.</summary>
    public string Words => Program.Data + Program.Talk;

    /// <summary>What the readiness probe finds.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync($"http://127.0.0.1:{HttpPort}{ServiceSettings.HealthPath}");
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits until it is ready; false: it has ended, or is not ready in time.</summary>
    public async Task<bool> BecomesReadyAsync(Deadline deadline)
    {
        await Eventually.Happens(async () => Program.HasExited || await IsReadyAsync(), deadline);
        return !Program.HasExited && await IsReadyAsync();
    }

    /// <summary>Asks it to stop, as the kubelet does, and waits for its end.</summary>
    public async Task StopAsync()
    {
        if (!Program.HasExited) Program.Signal("TERM");
        await Program.ExitAsync(Deadline.InSeconds(45));
    }
}
