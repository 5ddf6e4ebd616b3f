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
    /// <summary>State of a connector that the worker does not know, or not yet.</summary>
    public const string NotKnown = "not known yet";

    private const string Running = "RUNNING";
    private const string Failed = "FAILED";
    private const string Stopped = "STOPPED";
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
        throw new ConnectorFailedException(
            $"Connect refuses the connector {name} ({(int)response.StatusCode}): {Message(body)}");
    }

    /// <summary>
    /// Stops the connector's tasks and waits until none is left; its configuration and offsets stay (KIP-875).
    /// </summary>
    /// <exception cref="ConnectorFailedException">There is no such connector, or it does not stop.</exception>
    public async Task StopAsync(string name, TimeSpan patience, CancellationToken cancellation)
    {
        await SendAsync(HttpMethod.Put, $"/connectors/{name}/stop", null, $"stop the connector {name}", cancellation);
        var start = time.GetTimestamp();
        while (true)
        {
            using var response = await http.GetAsync(new Uri(worker, $"/connectors/{name}/status"), cancellation);
            if (response.IsSuccessStatusCode)
            {
                using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
                var state = status.RootElement.GetProperty("connector").GetProperty("state").GetString();
                if (state == Stopped && status.RootElement.GetProperty("tasks").GetArrayLength() == 0) return;
            }

            if (time.GetElapsedTime(start) > patience)
                throw new ConnectorFailedException(
                    $"the connector {name} is not {Stopped} after {patience.TotalSeconds:0} s");
            await Task.Delay(AskEvery, time, cancellation);
        }
    }

    /// <summary>Removes the connector.</summary>
    /// <exception cref="ConnectorFailedException">There is no such connector.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, $"/connectors/{name}", null, $"delete the connector {name}", cancellation);

    /// <summary>Lets a stopped connector go on.</summary>
    /// <exception cref="ConnectorFailedException">The worker refuses it.</exception>
    public Task ResumeAsync(string name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, $"/connectors/{name}/resume", null, $"resume the connector {name}", cancellation);

    /// <summary>The connector's configuration.</summary>
    /// <exception cref="ConnectorFailedException">There is no such connector.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ConfigurationAsync(
        string name, CancellationToken cancellation)
    {
        var body = await SendAsync(
            HttpMethod.Get, $"/connectors/{name}/config", null, $"show the connector {name}", cancellation);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(body)!;
    }

    /// <summary>Puts these in the place of a stopped connector's offsets: what its next start goes on from.</summary>
    /// <param name="name">Of the connector.</param>
    /// <param name="offsets">As Connect's <c>PATCH /connectors/NAME/offsets</c> takes them.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="ConnectorFailedException">The worker refuses it.</exception>
    public async Task SetOffsetsAsync(string name, string offsets, CancellationToken cancellation)
    {
        // none first: what is not named in a PATCH stays
        await SendAsync(
            HttpMethod.Delete, $"/connectors/{name}/offsets", null, $"forget the offsets of {name}", cancellation);
        await SendAsync(
            HttpMethod.Patch, $"/connectors/{name}/offsets", offsets, $"set the offsets of {name}", cancellation);
    }

    /// <summary>Waits until the connector and its tasks are RUNNING.</summary>
    /// <exception cref="ConnectorFailedException">One of them failed, with its own error; or they were not running in
    /// time.</exception>
    public async Task WaitRunningAsync(string name, TimeSpan patience, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var (isRunning, state) = await StateAsync(name, cancellation);
            if (isRunning) return;
            if (time.GetElapsedTime(start) > patience)
                throw new ConnectorFailedException(
                    $"the connector {name} is not RUNNING after {patience.TotalSeconds:0} s: {state}");
            await Task.Delay(AskEvery, time, cancellation);
        }
    }

    /// <summary>Whether connector and tasks are RUNNING, and their states in words.</summary>
    /// <exception cref="ConnectorFailedException">One of them failed, with its own error.</exception>
    public async Task<(bool IsRunning, string State)> StateAsync(string name, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(new Uri(worker, $"/connectors/{name}/status"), cancellation);
        // not yet known to this worker, or the group is rebalancing: both pass
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict) return (false, NotKnown);
        response.EnsureSuccessStatusCode();
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        return Read(name, status.RootElement);
    }

    private async Task<string> SendAsync(
        HttpMethod method, string path, string? json, string what, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(worker, path));
        if (json is not null) request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var response = await http.SendAsync(request, cancellation);
        var body = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode
            ? body
            : throw new ConnectorFailedException(
                $"Connect does not {what} ({(int)response.StatusCode}): {Message(body)}");
    }

    // {"name":"outbox","connector":{"state":"RUNNING","worker_id":"10.0.0.5:8083"},
    // "tasks":[{"id":0,"state":"FAILED","worker_id":"10.0.0.5:8083","trace":"org.apache.kafka.connect.errors.ConnectException:
    // …\n\tat …"}]}
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

        return (states.Count > 1 && states.TrueForAll(state => state == Running),
            $"connector {string.Join(", task ", states)}");
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
