using System.Globalization;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker.History;
using FuturesEos.Tests.EmbeddedKafka.Log;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// A reader of committed records that goes on where it stands; the last ones begin when all is over and read to the
/// end.
/// </summary>
internal sealed class ReadingClient(SimulationRun run, string name, bool isLast) : SimulatedClient(run, name)
{
    private const sbyte ReadCommitted = 1;
    private const long Earliest = -2;

    private readonly long[] _positions = new long[SimulatedBroker.Partitions];
    private readonly List<(int Partition, long Start, List<(long Offset, string Value)> Seen)> _passes =
        [.. Enumerable.Range(0, SimulatedBroker.Partitions).Select(p => (p, 0L, new List<(long, string)>()))];

    public IEnumerable<Pass> Passes => _passes.Select(pass => new Pass(
        Name,
        $"{pass.Partition}",
        pass.Start,
        isLast,
        pass.Seen.ConvertAll(s => (s.Offset, int.Parse(s.Value, CultureInfo.InvariantCulture), 0L))));

    public override bool IsMortal => false;

    protected override async Task LiveAsync()
    {
        while (isLast ? _positions.Min() < long.MaxValue : !Run.IsHealing)
        {
            await ReadAsync(isLast
                ? Array.FindIndex(_positions, p => p < long.MaxValue)
                : Random.Next(SimulatedBroker.Partitions));
            await PauseAsync(isLast ? 10 : 400);
        }
    }

    private async Task ReadAsync(int partition)
    {
        var answer = await AskAsync<FetchRequest, FetchResponse>(
            $"fetch {partition} from {_positions[partition]}",
            new()
            {
                IsolationLevel = ReadCommitted,
                MaxBytes = 1 << 20,
                Topics =
                [
                    new()
                    {
                        Topic = SimulatedBroker.Topic,
                        Partitions =
                        [
                            new()
                            {
                                Partition = partition,
                                FetchOffset = _positions[partition],
                                PartitionMaxBytes = Random.Next(1, 3000),
                            },
                        ],
                    },
                ],
            },
            version: 11,
            answer => $"stable {Of(answer).LastStableOffset}, {Of(answer).Records.Length} bytes");
        if (answer is null) return;
        var given = Of(answer);
        if (given.ErrorCode == KafkaError.OffsetOutOfRange && Run.HasDeletions)
        {
            await GoToStartAsync(partition);
            return;
        }

        if (given.ErrorCode != KafkaError.None) Run.Fail($"{Name}: a fetch is answered {given.ErrorCode}");
        if (given.Records.IsEmpty)
        {
            if (isLast && _positions[partition] != given.HighWatermark)
                Run.Fail($"{partition} can be read to {_positions[partition]}, and ends at {given.HighWatermark}");
            if (isLast) _positions[partition] = long.MaxValue;
            return;
        }

        var aborted = given.AbortedTransactions!.Select(a => (a.ProducerId, a.FirstOffset));
        var seen = _passes.FindLast(pass => pass.Partition == partition).Seen;
        _positions[partition] = ClientFilter.Take(given.Records.Span, aborted, _positions[partition], seen);
    }

    /// <summary>What it stood at was deleted: it begins anew (auto.offset.reset=earliest).</summary>
    private async Task GoToStartAsync(int partition)
    {
        var answer = await AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
            $"where {partition} starts",
            new()
            {
                Topics =
                [
                    new()
                    {
                        Name = SimulatedBroker.Topic,
                        Partitions = [new() { PartitionIndex = partition, Timestamp = Earliest }],
                    },
                ],
            },
            version: 7,
            answer => answer.Topics[0].Partitions[0].Offset);
        if (answer is null) return;
        var start = answer.Topics[0].Partitions[0].Offset;
        if (start <= _positions[partition])
            Run.Fail($"{Name}: {_positions[partition]} of {partition} is out of range, and it starts at {start}");
        _positions[partition] = start;
        _passes.Add((partition, start, []));
    }

    private static FetchResponse.PartitionData Of(FetchResponse answer) => answer.Responses[0].Partitions[0];
}
