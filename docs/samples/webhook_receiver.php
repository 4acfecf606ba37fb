<?php
// Receive what Attend posts: WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:8080 webhook_receiver.php
declare(strict_types=1);

const TOLERANCE = 300; // seconds by which the sender's clock may differ from ours, and no message may be older

/** Tell whether one of the signatures, which blanks part, is that of these very bytes. */
function is_from_attend(string $body, string $id, string $timestamp, string $signatures, string $secret): bool
{
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    $found = false;
    foreach (explode(' ', $signatures) as $signature) {
        $found = hash_equals($expected, $signature) || $found;
    }
    return $found;
}

// The bytes as they came: decoded and encoded again they would be others.
$body = file_get_contents('php://input');
$genuine = is_from_attend(
    $body,
    $_SERVER['HTTP_WEBHOOK_ID'] ?? '',
    $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '',
    $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '',
    getenv('WEBHOOK_SECRET')
);
if ($genuine) {
    // Keep it by its webhook-id, which is the same if it comes again, answer, and work later.
    $event = json_decode($body, true);
    error_log($event['type'] . ' ' . json_encode($event['data']));
}
http_response_code($genuine ? 204 : 401);
