using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace FuturesEos.Topology;

/// <summary>The few requests to Connect's REST interface that a connector's life needs.</summary>
/// <param name="http">A client, shared or not.</param>
/// <param name="time">The clock.</param>
/// <param name="worker">Address of the worker's REST interface.</param>
public sealed class ConnectClient(HttpClient http, TimeProvider time, Uri worker)
{
    private const string Running = "RUNNING";
    private const string Failed = "FAILED";
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Creates the connector or gives it this configuration; the same again changes nothing.</summary>
    /// <exception cref="ConnectorFailedException">The worker refuses it; the text is the worker's own.</exception>
    /// <exception cref="HttpRequestException">The worker cannot be reached.</exception>
    public async Task PutAsync(string name, string configuration, CancellationToken cancellation)
    {
        using var content = new StringContent(configuration, new MediaTypeHeaderValue("application/json"));
        using var response = await http.PutAsync(new Uri(worker, $"/connectors/{name}/config"), content, cancellation);
        if (response.IsSuccessStatusCode) return;
        var body = await response.Content.ReadAsStringAsync(cancellation);
        throw new ConnectorFailedException($"Connect refuses the connector {name} ({(int)response.StatusCode}): {Message(body)}");
    }

    /// <summary>Waits until the connector and its tasks are RUNNING.</summary>
    /// <exception cref="ConnectorFailedException">One of them failed, with its own error; or they were not running in time.</exception>
    public async Task WaitRunningAsync(string name, TimeSpan patience, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var (isRunning, state) = await StateAsync(name, cancellation);
            if (isRunning) return;
            if (time.GetElapsedTime(start) > patience)
                throw new ConnectorFailedException($"the connector {name} is not RUNNING after {patience.TotalSeconds:0} s: {state}");
            await Task.Delay(AskEvery, time, cancellation);
        }
    }

    /// <summary>Whether connector and tasks are RUNNING, and their states in words.</summary>
    /// <exception cref="ConnectorFailedException">One of them failed, with its own error.</exception>
    public async Task<(bool IsRunning, string State)> StateAsync(string name, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(new Uri(worker, $"/connectors/{name}/status"), cancellation);
        // not yet known to this worker, or the group is rebalancing: both pass
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict) return (false, "not known yet");
        response.EnsureSuccessStatusCode();
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        return Read(name, status.RootElement);
    }

    // {"name":"outbox","connector":{"state":"RUNNING","worker_id":"10.0.0.5:8083"},
    //  "tasks":[{"id":0,"state":"FAILED","worker_id":"10.0.0.5:8083","trace":"org.apache.kafka.connect.errors.ConnectException: …\n\tat …"}]}
    private static (bool IsRunning, string State) Read(string name, JsonElement status)
    {
        var parts = new List<JsonElement> { status.GetProperty("connector") };
        parts.AddRange(status.GetProperty("tasks").EnumerateArray());
        var states = parts.ConvertAll(part => part.GetProperty("state").GetString());
        if (states.IndexOf(Failed) is >= 0 and var failed)
        {
            var trace = parts[failed].TryGetProperty("trace", out var text) ? text.GetString() : null;
            throw new ConnectorFailedException($"the connector {name} failed: {Cause(trace ?? "no reason given")}");
        }

        return (states.Count > 1 && states.TrueForAll(state => state == Running), $"connector {string.Join(", task ", states)}");
    }

    // the innermost cause says what to do; the outer ones say that something went wrong
    private static string Cause(string trace)
    {
        const string by = "Caused by: ";
        var lines = trace.Split('\n');
        var innermost = lines.LastOrDefault(line => line.StartsWith(by, StringComparison.Ordinal));
        return (innermost?[by.Length..] ?? lines[0]).Trim();
    }

    // {"error_code":400,"message":"Connector configuration is invalid and contains the following 1 error(s):\n…"}
    private static string Message(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("message").GetString() ?? body;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body;
        }
    }
}
