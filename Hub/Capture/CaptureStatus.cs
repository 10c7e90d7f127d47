using Sametime.Contracts.Events;

namespace Sametime.Hub.Capture;

/// <summary>The capture of conversations, as an operator sees it.</summary>
internal sealed class CaptureStatus(
    ChatPolicy policy, CaptureStream stream, CaptureRequests requests, CaptureGaps gaps, HeldLines held, ConversationCapture capture)
{
    public CaptureListing List() => new(
        policy.IsKnown, policy.Mode, policy.Encrypted, requests.IsFailing, capture.Conversations, stream.Last, stream.Count, stream.Bytes, held.Count, gaps.Count);
}

/// <summary>The capture of conversations.</summary>
/// <param name="IsKnown">Chat Logging has said whether conversations are captured.</param>
/// <param name="Mode">Whether, and what a line waits for.</param>
/// <param name="Encrypted">What becomes of ciphers between clients.</param>
/// <param name="IsFailing">The log has not stored anything for too long.</param>
/// <param name="Conversations">Conversations that are being captured.</param>
/// <param name="Facts">Facts captured since the start.</param>
/// <param name="Waiting">Those of them that are not stored yet.</param>
/// <param name="WaitingBytes">Memory that they take.</param>
/// <param name="HeldMessages">Messages that wait until they are stored.</param>
/// <param name="Gaps">Conversations with lines missing whose mark waits.</param>
internal sealed record CaptureListing(
    bool IsKnown, ChatLogMode Mode, EncryptedChat Encrypted, bool IsFailing, int Conversations, long Facts, int Waiting, int WaitingBytes, int HeldMessages, int Gaps);
