using System.Text;

namespace Sametime.Hub.Capture;

/// <summary>
/// The text of one author, who may send a long message in pieces. Clients cut them at any byte: the first half of a character at the end of
/// a piece belongs to the next one.
/// </summary>
internal sealed class LongMessage
{
    private Decoder? _decoder;

    public void Begin() => _decoder = Encoding.UTF8.GetDecoder();

    public void End() => _decoder = null;

    /// <summary>The text of a line or a piece. A wrong encoding shows as U+FFFD.</summary>
    public string Read(ReadOnlySpan<byte> bytes)
    {
        if (_decoder is not { } decoder)
            return Encoding.UTF8.GetString(bytes);

        var chars = new char[decoder.GetCharCount(bytes, flush: false)];
        decoder.GetChars(bytes, chars, flush: false);
        return new string(chars);
    }
}
