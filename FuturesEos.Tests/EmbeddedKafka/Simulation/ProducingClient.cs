using System.Globalization;
using System.Text;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>A client that writes.</summary>
internal abstract class ProducingClient(SimulationRun run, string name) : SimulatedClient(run, name)
{
    protected byte[] BatchOf(IEnumerable<int> values, long producer, short epoch, int sequence, bool isTransactional)
    {
        var builder = new RecordBatchBuilder
        {
            ProducerId = producer, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = isTransactional,
        };
        var now = Run.Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var value in values)
            builder.Add(now, null, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        return builder.Build();
    }

    protected static void Acknowledge(Work work, int partition, long baseOffset, List<int> values)
    {
        for (var i = 0; i < values.Count; i++) work.Sent[values[i]] = (partition, baseOffset + i);
    }

    protected static object Told(ProduceResponse answer) =>
        string.Join(", ", Answers(answer).Select(p => $"{p.Index} {p.ErrorCode} at {p.BaseOffset}"));

    protected static ProduceResponse.PartitionProduceResponse[] Answers(ProduceResponse? answer) =>
        answer?.Responses[0].PartitionResponses ?? [];
}
