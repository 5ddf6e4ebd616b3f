using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.EmbeddedKafka.Network;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Carries requests and answers as bytes: late, lost, or the request twice, the second perhaps long after its client
/// gave up, as from a connection that the client has left. Of two clients, or two tries of one, either may come first.
/// </summary>
internal sealed class SimulatedNetwork(SimulationRun run)
{
    private int _requests;

    /// <summary>Of 1000 messages, how many are lost, and how many requests are doubled.</summary>
    public int Trouble { get; set; }

    /// <summary>
    /// Sends a request and waits for its answer in the client's lane; null when none came in time. <paramref
    /// name="atBroker"/> sees each answer when the broker gives it, also one that its client will never see.
    /// </summary>
    public Task<TResponse?> SendAsync<TRequest, TResponse>(
        SimulatedClient client, TRequest request, short version, TimeSpan patience, Action<TResponse> atBroker)
        where TRequest : class, IKafkaRequest<TResponse>
        where TResponse : class, IProtocolStruct, new()
    {
        var answered = new TaskCompletionSource<TResponse?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var copies = Happens(run.Random) ? 2 : 1;
        client.HasStrays |= copies == 2;
        for (var copy = 0; copy < copies; copy++)
        {
            if (Happens(run.Random)) continue;
            var bytes = RawClient.Frame(request, TRequest.Api, version, ++_requests);
            var frame = bytes.AsMemory(ProtocolLimits.LengthBytes);
            run.Time.After(Delay(), run.World, () => run.Broker.Serve(frame, reply =>
            {
                var response = Read<TResponse>(reply, TRequest.Api, version);
                run.Tell($"{client.Name}    answered {response.GetType().Name}");
                atBroker(response);
                if (!Happens(run.Random)) run.Time.After(Delay(), client.Lane, () => answered.TrySetResult(response));
            }));
        }

        run.Time.After(patience, client.Lane, () => client.HasStrays |= answered.TrySetResult(null));
        return answered.Task;
    }

    private static TResponse Read<TResponse>(byte[] bytes, Api api, short version)
        where TResponse : IProtocolStruct, new()
    {
        var message = bytes.AsMemory(2 * ProtocolLimits.LengthBytes); // behind the length and the correlation id
        var reader = new ProtocolReader(message, version, api.IsFlexible(version));
        if (api.HasFlexibleResponseHeader(version)) reader.SkipTags();
        var response = new TResponse();
        reader.Struct(response);
        reader.ExpectEnd();
        return response;
    }

    private bool Happens(Random random) => random.Next(1000) < Trouble;

    private TimeSpan Delay() => TimeSpan.FromMilliseconds(run.Random.Next(1000) switch
    {
        var dice when dice < Trouble / 4 => run.Random.Next(1, 40_000),
        var dice when dice < Trouble => run.Random.Next(1, 2500),
        _ => run.Random.Next(1, 12),
    });
}
