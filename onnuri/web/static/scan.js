// Scan the shop's code where the browser can; where it can't, say so and leave the number pad.
"use strict";
(async () => {
  const open = document.querySelector("[data-scan]");
  const camera = document.querySelector("[data-camera]");
  const able = "BarcodeDetector" in window && navigator.mediaDevices
    && (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
  if (!able) {
    document.querySelector("[data-no-scan]").hidden = false;
    return;
  }
  open.hidden = false;
  const video = camera.querySelector("video");
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;
  const stop = () => { stream?.getTracks().forEach((track) => track.stop()); stream = null; };
  camera.addEventListener("close", stop);
  open.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      document.querySelector("[data-no-scan]").hidden = false;
      return;
    }
    video.srcObject = stream;
    camera.showModal();
    await video.play();
    while (stream) {
      const [found] = await detector.detect(video).catch(() => []);
      if (found) {
        stop();
        location.href = "/wallet/pay/amount?shop=" + encodeURIComponent(found.rawValue);
        return;
      }
      await new Promise((next) => setTimeout(next, 150));
    }
  });
})();
